"use strict";
(() => {
  // Everything that comes from the audited repository lies in the block of data, and reaches the page as text only.
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const make = (tag, name, text) => {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const plural = (count, word) => `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;
  const hours = (minutes) => {
    const whole = Math.floor(minutes / 60);
    const rest = minutes % 60;
    return [whole ? `${whole} h` : "", rest ? `${rest} min` : ""].filter(Boolean).join(" ") || "0 min";
  };

  // The arithmetic of auditor/scoring, in whole numbers: what these conditions, done, would come to.
  const grave = (severity) => severity === "critical" || severity === "high";

  function judged(done) {
    const { grades } = data;
    let weights = 0, points = 0, decided = 0, applicable = 0, blocked = 0, unmet = 0;
    for (const part of data.components) {
      let lost = 0, evaluated = false, capped = false;
      for (const one of part.criteria) {
        const closed = one.condition !== null && done.has(one.condition);
        const outcome = closed ? "met" : one.outcome;
        if (outcome === "not-applicable") {
          lost += one.deduction;
          continue;
        }
        evaluated = true;
        applicable += 1;
        lost += closed ? 0 : one.deduction;
        if (outcome === "met" || outcome === "not-met") decided += 1;
        if (outcome === "not-met") {
          if (one.blocker) { capped = true; blocked += 1; }
          if (grave(one.severity)) unmet += 1;
        }
      }
      if (!evaluated || part.weight <= 0) continue;
      const score = Math.max(0, 100 - lost);
      weights += part.weight;
      points += part.weight * (capped ? Math.min(score, grades.blockerCap) : score);
    }
    const score = weights ? Math.floor((2 * points + weights) / (2 * weights)) : 0;
    const coverage = applicable ? Math.floor((100 * decided) / applicable) : 0;
    const urgent = data.conditions.filter((one) => !done.has(one.id) && (one.priority === "P0" || one.priority === "P1"));
    const reasons = [];
    if (score < grades.noGoBelow) reasons.push(`the score is below ${grades.noGoBelow}`);
    if (blocked) reasons.push(`${plural(blocked, "blocker")} not met`);
    if (reasons.length) return { score, decision: "NO-GO", reasons };
    if (score < grades.goScore) reasons.push(`the score is below ${grades.goScore}`);
    if (unmet) reasons.push(`${unmet} critical or high ${unmet === 1 ? "criterion" : "criteria"} not met`);
    if (urgent.length) reasons.push(`${plural(urgent.length, "condition")} of P0 or P1 open`);
    if (coverage < grades.goCoverage) reasons.push(`evidence for ${coverage}% of the criteria, below ${grades.goCoverage}%`);
    if (data.unclean) reasons.push(data.unclean);
    return { score, decision: reasons.length ? "CONDITIONAL" : "GO", reasons };
  }

  function whatIf() {
    const boxes = [...document.querySelectorAll("input.condition")];
    if (!boxes.length) return;
    const effort = new Map(data.conditions.map((one) => [one.id, one.effort]));
    const show = () => {
      const ticked = boxes.filter((box) => box.checked);
      for (const box of boxes) box.closest("li").classList.toggle("done", box.checked);
      const { score, decision, reasons } = judged(new Set(ticked.map((box) => box.value)));
      const minutes = ticked.reduce((sum, box) => sum + effort.get(box.value), 0);
      byId("whatif-score").textContent = String(score);
      byId("whatif-decision").textContent = decision;
      byId("whatif-decision").className = `decision ${decision.toLowerCase()}`;
      byId("whatif-bar").setAttribute("width", String(score));
      byId("whatif-bar").setAttribute("class", decision.toLowerCase());
      byId("whatif-note").textContent = ticked.length
        ? `with ${ticked.length} of ${boxes.length} done, ${hours(minutes)}` : "nothing ticked";
      byId("whatif-reasons").textContent = reasons.length
        ? `${decision === "NO-GO" ? "Still NO-GO" : "Not yet GO"}: ${reasons.join("; ")}` : "Nothing stands in the way.";
    };
    const tick = (wanted) => {
      for (const box of boxes) box.checked = wanted.has(box.value);
      show();
    };
    const named = (test) => new Set(data.conditions.filter(test).map((one) => one.id));
    const buttons = {
      "pick-way": () => new Set(data.way),
      "pick-urgent": () => named((one) => one.priority === "P0" || one.priority === "P1"),
      "pick-all": () => named(() => true),
      "pick-none": () => new Set(),
    };
    for (const [id, wanted] of Object.entries(buttons)) byId(id)?.addEventListener("click", () => tick(wanted()));
    for (const box of boxes) box.addEventListener("change", show);
    show();
  }

  // Words with what stands between backticks as code.
  function words(parent, text) {
    const pieces = text.split("`");
    if (pieces.length % 2 === 0) parent.append(text);
    else pieces.forEach((piece, at) => parent.append(at % 2 ? make("code", "", piece) : piece));
    return parent;
  }

  // A path that may break at every slash.
  function breakable(parent, text) {
    text.split("/").forEach((piece, at) => {
      if (at) parent.append("/", document.createElement("wbr"));
      parent.append(piece);
    });
    return parent;
  }

  const place = (one) => `${one.path}:${one.line}${one.end === one.line ? "" : `-${one.end}`}`;

  // Lines without the indentation that all of them share.
  function outdented(text) {
    const lines = text.split("\n");
    const depths = lines.filter((line) => line.trim()).map((line) => line.length - line.trimStart().length);
    return lines.map((line) => line.slice(Math.min(...depths))).join("\n");
  }

  function details(one) {
    const box = make("div", "more-of");
    if (one.excerpt) box.append(make("pre", "", outdented(one.excerpt)));
    if (one.reached) box.append(breakable(make("p", "", "Reached from "), one.reached));
    if (one.unreached) box.append(make("p", "", "No entry point was found that reaches it, so it counts one step milder."));
    if (one.waiver) box.append(make("p", "", `Waived by ${one.waiver}.`));
    box.append(make("p", "quiet", `${one.rule} ${one.name} · ${one.category} · ${one.confidence} confidence`));
    if (one.url && one.url.startsWith("https://")) {
      const link = make("a", "", "Open the line at the audited commit");
      link.href = one.url;
      link.rel = "noopener noreferrer";
      box.append(link);
    }
    return box;
  }

  function row(one) {
    const summary = make("summary");
    summary.append(make("span", `severity ${one.severity}`, one.severity));
    summary.append(words(make("span", "message"), one.message));
    const where = make("span", "where quiet");
    where.append(breakable(make("code"), place(one)), ` · ${one.rule} · ${one.component}${one.waiver ? " · waived" : ""}`);
    summary.append(where);
    const box = make("details");
    box.append(summary);
    box.addEventListener("toggle", () => {
      if (box.open && box.children.length === 1) box.append(details(one));
    });
    const item = make("li");
    item.append(box);
    return item;
  }

  const RANKS = { critical: 0, high: 1, medium: 2, low: 3 };
  const compare = (left, right) => (left < right ? -1 : left > right ? 1 : 0);
  const byPlace = (left, right) => compare(left.path, right.path) || left.line - right.line || compare(left.rule, right.rule);
  const bySeverity = (left, right) => RANKS[left.severity] - RANKS[right.severity];
  const ORDERS = {
    severity: (left, right) => bySeverity(left, right) || byPlace(left, right),
    path: byPlace,
    component: (left, right) => compare(left.component, right.component) || bySeverity(left, right) || byPlace(left, right),
    rule: (left, right) => compare(left.rule, right.rule) || byPlace(left, right),
  };
  const STEP = 50;
  const PRINTED = 500;

  function findings() {
    const list = byId("list");
    if (!list) return;
    const texts = new Map(data.findings.map((one) => [
      one, [one.path, one.rule, one.name, one.message, one.category, one.excerpt].join("\n").toLowerCase(),
    ]));
    let found = [], shown = 0;
    const extend = (until) => {
      const rows = found.slice(shown, until).map(row);
      list.append(...rows);
      shown += rows.length;
      byId("more").hidden = shown >= found.length;
      byId("count").textContent = `${plural(found.length, "finding")} of ${data.findings.length.toLocaleString("en")}`
        + (shown < found.length ? `, the first ${shown} shown` : "");
      return rows;
    };
    const filter = () => {
      const asked = byId("filter-text").value.toLowerCase().split(/\s+/).filter(Boolean);
      const category = byId("filter-category").value;
      const component = byId("filter-component").value;
      const severities = new Set([...document.querySelectorAll("input[name=severity]:checked")].map((box) => box.value));
      found = data.findings.filter((one) => severities.has(one.severity)
        && (!category || one.category === category)
        && (!component || one.component === component)
        && asked.every((word) => texts.get(one).includes(word)));
      found.sort(ORDERS[byId("sort").value]);
      list.replaceChildren();
      shown = 0;
      extend(STEP);
    };
    const later = (act, wait) => {
      let timer;
      return () => { clearTimeout(timer); timer = setTimeout(act, wait); };
    };
    byId("filters").addEventListener("submit", (event) => event.preventDefault());
    byId("filters").addEventListener("change", filter);
    byId("filter-text").addEventListener("input", later(filter, 120));
    byId("more").addEventListener("click", () => {
      const [first] = extend(shown + STEP);
      first?.querySelector("summary").focus();
    });
    addEventListener("beforeprint", () => extend(PRINTED));
    filter();
  }

  // What components lost and what conditions ask for is opened for paper, and closed again afterwards.
  function printing() {
    let opened = [];
    addEventListener("beforeprint", () => {
      opened = [...document.querySelectorAll(".components details:not([open]), .accept:not([open])")];
      for (const one of opened) one.open = true;
    });
    addEventListener("afterprint", () => {
      for (const one of opened) one.open = false;
    });
  }

  whatIf();
  findings();
  printing();
})();
