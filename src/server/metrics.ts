/** What `/metrics` says, for Prometheus. Each server counts for itself, from its start. */
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { ErrorCode } from "../base/index.js";
import type { ProjectionState } from "./parts.js";

export interface Metrics {
  acknowledged(messages: number, seconds: number): void;
  /** A request that was turned away. */
  refused(code: ErrorCode): void;
  text(): Promise<string>;
  readonly contentType: string;
}

export interface MetricSources {
  /** Messages that wait to be written to the log. */
  readonly waiting: () => number;
  readonly projection: () => ProjectionState;
}

/** Around the target of 30 ms; the last are what a client would take for a failure. */
const BUCKETS_S = [0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

export function openMetrics({ waiting, projection }: MetricSources): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const acknowledged = new Counter({
    name: "tessera_intake_acknowledged_total",
    help: "Messages that are durable and were answered 200",
    registers,
  });
  const refused = new Counter({
    name: "tessera_intake_refused_total",
    help: "Requests that were turned away, by the code of the error",
    labelNames: ["code"],
    registers,
  });
  const seconds = new Histogram({
    name: "tessera_intake_acknowledge_seconds",
    help: "From a request's arrival until its messages are durable",
    buckets: BUCKETS_S,
    registers,
  });
  gauge("tessera_intake_waiting", "Messages that wait to be written to the log", waiting);
  gauge(
    "tessera_projection_waiting",
    "Messages of the log that are no facts yet",
    () => projection().waiting,
  );
  gauge(
    "tessera_projection_lag_seconds",
    "Age of the oldest message of the log that is no fact yet",
    () => projection().lagMs / 1000,
  );

  counter(
    "tessera_projection_rejected_total",
    "Messages that were refused after they were answered: tessera rejects lists them",
    () => projection().rejected,
  );
  counter(
    "tessera_projection_nobody_total",
    "Events that name nobody, neither by userId nor anonymousId: they are in no one's history",
    () => projection().nobody,
  );

  function counter(name: string, help: string, read: () => number): void {
    new Counter({
      ...{ name, help, registers },
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }

  function gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      ...{ name, help, registers },
      collect() {
        this.set(read());
      },
    });
  }

  return {
    acknowledged(messages, elapsed) {
      acknowledged.inc(messages);
      seconds.observe(elapsed);
    },
    refused: (code) => refused.inc({ code }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
