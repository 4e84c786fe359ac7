import type { Db } from 'mongodb';
import { collectionsOf } from './collections.ts';
import { SealError } from './seal-error.ts';
import { usableSealer, type Sealer } from './sealer.ts';

export interface Resealed {
  /** How many the key of now has sealed anew. */
  resealed: number;
  /** How many are still sealed by another key, since it is not there to open them. */
  left: number;
}

export interface Resealing {
  /**
   * Seals anew what other keys have sealed than the one that seals now. Nothing but the seal changes, so nobody has to sign in
   * anew; `before` is told of each just before it is changed. Harmless when repeated, broken off, or done by several processes at once. Throws SealError when nothing can be sealed.
   */
  run(options?: { before?: (credentialId: string) => Promise<void>; signal?: AbortSignal | undefined }): Promise<Resealed>;
  /** What the last run has left; null before the first. */
  left(): number | null;
}

interface Sealed {
  _id: string;
  sealedSecret: string;
}

export function createResealing(db: Db, sealer: Sealer | null): Resealing {
  const { credentials } = collectionsOf(db);
  let left: number | null = null;

  /** False where no key opens it. */
  async function resealOne({ _id, sealedSecret }: Sealed, before: (credentialId: string) => Promise<void>): Promise<boolean> {
    const usable = usableSealer(sealer);
    try {
      const secret = await usable.unseal({ credentialId: _id, jwe: sealedSecret });
      const anew = await usable.seal({ credentialId: _id, secret });
      await before(_id);
      // Somebody may have saved another one meanwhile, which the key of now has sealed.
      await credentials.updateOne({ _id, sealedSecret }, { $set: { sealedSecret: anew } });
      return true;
    } catch (error) {
      if (error instanceof SealError && error.code === 'TrawlSecretSealed') return false;
      throw error;
    }
  }

  return {
    async run({ before = async () => undefined, signal } = {}) {
      let [resealed, failed] = [0, 0];
      const sealed = credentials.find({ sealedSecret: { $ne: null } }).project<Sealed>({ sealedSecret: 1 });
      for await (const one of sealed) {
        if (signal?.aborted) break;
        if (await isCurrent(one)) continue;
        if (await resealOne(one, before)) resealed += 1;
        else failed += 1;
      }
      if (!signal?.aborted) left = failed;
      return { resealed, left: failed };
    },
    left: () => left,
  };

  async function isCurrent({ _id, sealedSecret }: Sealed): Promise<boolean> {
    try {
      return await usableSealer(sealer).isCurrent({ credentialId: _id, jwe: sealedSecret });
    } catch (error) {
      if (error instanceof SealError && error.code === 'TrawlSecretSealed' && sealer !== null) return false;
      throw error;
    }
  }
}
