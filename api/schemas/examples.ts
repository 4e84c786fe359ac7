/** Values for the examples of the OpenAPI page; ids of the documentation range, no secret and no real address. */
export const sourceIdExample = '01JD0000000000000000SOURCE';
export const datasetIdExample = '01JD000000000000000DATASET';
export const credentialIdExample = '01JD0000000000000000000APP';
export const crawlIdExample = '01JD00000000000000000CRAWL';
export const keyIdExample = '01JD00000000000000000000KEY';
export const requestIdExample = '01JD0000000000000000REQUEST';
/** Object id of a user in Entra. */
export const mailboxIdExample = 'c0b1f1de-4a6f-4a55-9d0c-6d1f6a3b2c44';
export const groupIdExample = '2c1c2f0e-8a3f-4c57-9f62-6f8f5c1f4d10';
export const groupExample = { id: groupIdExample, displayName: 'Legal team' };
export const tenantIdExample = '8f7a2f3e-1f53-4a0e-9a37-5a0c3a3a9d11';
export const clientIdExample = '5e2b6a1c-0b4e-4f6a-8c6f-0f3f0f6f7a22';
export const timeExample = '2026-03-01T08:00:00.000Z';
export const countsExample = { pages: 12, documents: 240, removed: 0, skips: 1, requests: 61 };
