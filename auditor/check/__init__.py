"""What a hand-written certificate or report states, and what can be said of it. Pure: documents and facts in, statements out."""
