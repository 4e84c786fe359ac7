/** What the benchmark uses of autocannon, which brings no types (github.com/mcollina/autocannon, README: autocannon(opts)). */
declare module 'autocannon' {
  interface Percentiles {
    p50: number;
    p99: number;
    max: number;
  }
  interface Result {
    latency: Percentiles;
    requests: { average: number; total: number };
    errors: number;
    timeouts: number;
    non2xx: number;
  }
  interface Options {
    url: string;
    connections: number;
    /** Seconds. */
    duration: number;
    headers?: Record<string, string>;
  }
  const autocannon: (options: Options) => Promise<Result>;
  export default autocannon;
}
