import { Type } from 'typebox';
import type { ApiDeps, ApiInstance } from '../deps.ts';

const checkTimeoutMs = 3000;

const Check = Type.Object({ ok: Type.Boolean(), detail: Type.String() });
const answers = { ok: true, detail: 'answers' };
const Live = Type.Object({ live: Type.Boolean() }, { title: 'Liveness', examples: [{ live: true }] });
const Readiness = Type.Object(
  { ready: Type.Boolean(), mongodb: Check, temporal: Check },
  { title: 'Readiness', examples: [{ ready: true, mongodb: answers, temporal: answers }] },
);

async function check(ask: () => Promise<unknown>): Promise<{ ok: boolean; detail: string }> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`does not answer within ${checkTimeoutMs} ms`)), checkTimeoutMs);
  try {
    await Promise.race([ask(), late]);
    return { ok: true, detail: 'answers' };
  } catch (error) {
    return { ok: false, detail: (error as Error).message };
  } finally {
    clearTimeout(timer);
  }
}

/** Liveness, and readiness by asking MongoDB and Temporal; who is down is said. Open to everybody, and tells nothing else. */
export function healthRoutes(app: ApiInstance, { store, temporal }: Pick<ApiDeps, 'store' | 'temporal'>): void {
  const askStore = async () => {
    try {
      await store.db.command({ ping: 1 }, { timeoutMS: checkTimeoutMs });
    } catch (error) {
      // The driver's message may name hosts and users.
      throw new Error('MongoDB does not answer: check MONGODB_URI and that MongoDB runs', { cause: error });
    }
  };

  app.get(
    '/health/live',
    {
      config: { rateLimit: false },
      schema: { tags: ['health'], summary: 'The process answers', response: { 200: Live } },
    },
    () => ({ live: true }),
  );

  app.get(
    '/health/ready',
    {
      config: { rateLimit: false },
      schema: { tags: ['health'], summary: 'MongoDB and Temporal answer too', response: { 200: Readiness, 503: Readiness } },
    },
    async (_request, reply) => {
      const [mongodb, workflows] = await Promise.all([check(askStore), check(() => temporal.ping(checkTimeoutMs))]);
      const ready = mongodb.ok && workflows.ok;
      return reply.code(ready ? 200 : 503).send({ ready, mongodb, temporal: workflows });
    },
  );
}
