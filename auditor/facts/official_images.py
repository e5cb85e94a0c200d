"""The official images of Docker Hub, which are named without an owner (https://hub.docker.com/u/library)."""

from __future__ import annotations

__all__ = ["OFFICIAL_IMAGES"]

OFFICIAL_IMAGES = frozenset(
    {
        "adminer", "aerospike", "almalinux", "alpine", "alt", "amazoncorretto", "amazonlinux", "api-firewall", "arangodb", "archlinux", "backdrop",
        "bash", "bonita", "buildpack-deps", "busybox", "caddy", "cassandra", "centos", "chronograf", "cirros", "clearlinux", "clefos", "clickhouse",
        "clojure", "composer", "consul", "convertigo", "couchbase", "couchdb", "crate", "dart", "debian", "docker", "drupal", "eclipse-mosquitto",
        "eclipse-temurin", "eggdrop", "elasticsearch", "elixir", "emqx", "erlang", "express-gateway", "fedora", "flink", "fluentd", "friendica",
        "gazebo", "gcc", "geonetwork", "ghost", "golang", "gradle", "groovy", "haproxy", "haskell", "haxe", "hello-world", "hitch", "httpd", "hylang",
        "ibm-semeru-runtimes", "ibmjava", "influxdb", "irssi", "jetty", "jobber", "joomla", "jruby", "julia", "kapacitor", "kibana", "kong", "krakend",
        "lightstreamer", "liquibase", "logstash", "mageia", "mariadb", "matomo", "maven", "mediawiki", "memcached", "mono", "mongo", "mongo-express",
        "monica", "mysql", "nats", "nats-streaming", "neo4j", "neurodebian", "nextcloud", "nginx", "node", "notary", "nuxeo", "odoo", "open-liberty",
        "openjdk", "opensuse", "oraclelinux", "orientdb", "percona", "perl", "phoronix-test-suite", "photon", "php", "php-zendserver", "phpmyadmin",
        "plone", "postfixadmin", "postgres", "pypy", "python", "r-base", "rabbitmq", "rakudo-star", "redis", "redmine", "registry", "rethinkdb",
        "rocket.chat", "rockylinux", "ros", "ruby", "rust", "sapmachine", "satosa", "scratch", "silverpeas", "sl", "solr", "sonarqube", "spark",
        "spiped", "storm", "swift", "swipl", "teamspeak", "telegraf", "thrift", "tomcat", "tomee", "traefik", "ubuntu", "ubuntu-debootstrap", "unit",
        "varnish", "vault", "websphere-liberty", "wordpress", "xwiki", "yourls", "znc", "zookeeper",
    }
)  # fmt: skip
