import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { version } from '../settings/version.ts';
import { rolesOf } from './access.ts';
import { Problem } from './problem.ts';

const description = `Trawl crawls Microsoft 365 mailboxes and calendars into MongoDB.

Every call needs an API key as \`Authorization: Bearer trawl_…\`, or an access token of Entra where the operator has set that up (docs/access.md). The first admin key is shown once at the first start.
Errors are problem+json (RFC 9457) with a stable \`type\`, the fields at fault and the remedy. Lists are paged by key: give \`next\` as \`after\`.
Making a source, dataset or credential takes an \`Idempotency-Key\`; one of them is read with an \`ETag\`, for \`If-Match\` and \`If-None-Match\`.`;

/** The page takes everything from this host and colours itself by inline styles. */
const pagePolicy =
  "default-src 'self'; base-uri 'self'; img-src 'self' data:; object-src 'none'; style-src 'self' 'unsafe-inline'; frame-ancestors 'self'";

const problemAnswer = (words: string) => ({ description: words, content: { 'application/problem+json': { schema: Problem } } });

/** The OpenAPI 3.1 document, made from the schemas that validate, and its page at /docs. Must be called before routes are registered. */
export async function serveDocs(app: FastifyInstance): Promise<void> {
  app.addHook('onRoute', (route) => {
    if (!route.url.startsWith('/v1/') || typeof route.method !== 'string') return;
    const { schema = {} } = route;
    const roles = rolesOf(route.method, route.url);
    route.schema = {
      ...schema,
      operationId: operationId(route.method, route.url),
      description: `For role ${roles.join(', ')}.`,
      security: [{ apiKey: [] }, { accessToken: [] }],
      response: {
        ...(schema.response as object | undefined),
        '4xx': problemAnswer('The request is refused; the problem says why and what to do'),
        '5xx': problemAnswer('Trawl, MongoDB or Temporal failed; the problem says which'),
      },
    };
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Trawl', version, description },
      components: {
        securitySchemes: {
          apiKey: { type: 'http', scheme: 'bearer', description: 'An API key of Trawl' },
          accessToken: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'JWT',
            description: 'An access token of Entra for this API, where it is set up',
          },
        },
      },
      tags: [
        { name: 'datasets', description: 'What security groups may see' },
        { name: 'credentials', description: 'App registrations; a secret goes in and never comes out' },
        { name: 'sources', description: 'Service, credential, scope and settings' },
        { name: 'crawls', description: 'What sources did, and what they could not do' },
        { name: 'documents', description: 'What was found, through datasets whose groups the caller is in' },
        { name: 'exports', description: 'Documents that were taken out, and the manifests of that' },
        { name: 'api-keys', description: 'Who may call' },
        { name: 'audit', description: 'Who changed or opened what' },
        { name: 'health', description: 'Whether the API and what it needs answer' },
      ],
    },
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    uiConfig: { docExpansion: 'list', deepLinking: true, validatorUrl: null },
    staticCSP: pagePolicy,
  });
}

/** `POST /v1/sources/:id/run-now` becomes `postSourcesByIdRunNow`. */
function operationId(method: string, url: string): string {
  const words = url
    .replace('/v1/', '')
    .split(/[/-]/)
    .map((part) => (part.startsWith(':') ? `by-${part.slice(1)}` : part))
    .flatMap((part) => part.split('-'))
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return method.toLowerCase() + words.join('');
}
