import type { Deadline } from './deadline.ts';
import { GraphError } from './graph-error.ts';

const timeoutCodes = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT']);
const certificateCodes = /^(CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|ERR_TLS_CERT|INVALID_CA|HOSTNAME_MISMATCH)/;

/**
 * What a failed exchange means: the caller's own reason when the caller has aborted, else a GraphError without the
 * original text, which can name hosts.
 */
export function networkError(fault: { operation: string; error: unknown; deadline: Deadline }): unknown {
  const { operation, error, deadline } = fault;
  if (deadline.callerAborted()) return deadline.callerReason();
  if (error instanceof GraphError) return error;
  const code = systemCode(error);
  if (deadline.expired() || timeoutCodes.has(code ?? ''))
    return new GraphError({ operation, code: 'TrawlTimeout', status: null, detail: code });
  const named = code !== null && certificateCodes.test(code) ? 'TrawlCertificateRefused' : 'TrawlUnreachable';
  return new GraphError({ operation, code: named, status: null, detail: code });
}

/** The first code in an error's chain of causes that is one of the system's or of undici. */
export function systemCode(error: unknown): string | null {
  let current = error;
  for (let depth = 0; depth < 5 && typeof current === 'object' && current !== null; depth += 1) {
    const { code, cause, errors } = current as { code?: unknown; cause?: unknown; errors?: unknown };
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code)) return code;
    current = cause ?? (Array.isArray(errors) ? errors[0] : undefined);
  }
  return null;
}
