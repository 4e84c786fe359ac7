import { DefaultLogger, Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';

const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/**
 * Routes Temporal's logs into ours and opens its Prometheus endpoint. Once per process, before any connection is made.
 */
export function installTelemetry({ log, metricsAddress }: { log: Logger; metricsAddress: string | null }): void {
  Runtime.install({
    logger: new DefaultLogger('INFO', ({ level, message, meta }) => {
      log[levels[level]]({ ...meta }, message);
    }),
    // Signals are handled in worker/main.ts, so that both stop in one way.
    shutdownSignals: [],
    telemetryOptions: {
      logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} },
      ...(metricsAddress === null
        ? {}
        : {
            metrics: {
              prometheus: { bindAddress: metricsAddress, countersTotalSuffix: true, unitSuffix: true, useSecondsForDurations: true },
            },
          }),
    },
  });
}

/** Counts requests to Graph on the endpoint that Temporal's metrics leave by. */
export function createRequestMeter(): (request: { operation: string; status: number | null; durationMs: number }) => void {
  const meter = Runtime.instance().metricMeter;
  const requests = meter.createCounter('trawl_graph_requests', 'requests', 'Requests sent to Microsoft Graph');
  const durations = meter.createHistogram('trawl_graph_request_duration', 'float', 's', 'Time until Graph had answered');
  return ({ operation, status, durationMs }) => {
    const tags = { operation, status: status === null ? 'none' : String(status) };
    requests.add(1, tags);
    durations.record(durationMs / 1000, tags);
  };
}
