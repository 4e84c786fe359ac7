import type { Environment } from './tool-cache.ts';

/** gRPC and other clients send even loopback traffic through a proxy that the environment names. */
export function withoutProxyForLoopback(env: Environment): Environment {
  const given = env['no_proxy'] ?? env['NO_PROXY'] ?? '';
  const value = [...new Set([...given.split(',').filter(Boolean), '127.0.0.1', 'localhost'])].join(',');
  return { ...env, no_proxy: value, NO_PROXY: value };
}

/** Settings of a Temporal elsewhere would mislead the clients of one that was started here. */
export function withLocalTemporal(env: Environment, address: string): Environment {
  const rest = Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('TEMPORAL_')));
  return { ...rest, TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: 'default' };
}
