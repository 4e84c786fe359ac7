export interface Latency {
  readonly ms: number;
  /** Up to so much more, at random. */
  readonly jitterMs: number;
}

export interface LatencySetting extends Latency {
  /** Takes precedence for requests of these kinds. */
  readonly byKind: Readonly<Record<string, Latency>>;
}

export interface LatencyControl {
  get(): LatencySetting;
  set(setting: LatencySetting): void;
  /** Before this answer. */
  msFor(kind: string): number;
}

export function createLatency(): LatencyControl {
  let setting: LatencySetting = { ms: 0, jitterMs: 0, byKind: {} };
  return {
    get: () => setting,
    set: (given) => {
      setting = given;
    },
    msFor: (kind) => {
      const { ms, jitterMs } = setting.byKind[kind] ?? setting;
      return ms + (jitterMs > 0 ? Math.random() * jitterMs : 0);
    },
  };
}
