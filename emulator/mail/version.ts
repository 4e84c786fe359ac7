import type { GraphRequest } from '../http/request.ts';

export function isBeta({ serviceRoot }: GraphRequest): boolean {
  return serviceRoot.endsWith('/beta');
}
