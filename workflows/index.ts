export { crawlSource } from './crawl-source.ts';
export { crawlMailbox } from './crawl-mailbox.ts';
export { deleteSource } from './delete-source.ts';
export { indexDocuments } from './index-documents.ts';
export { readCallerGroups } from './read-caller-groups.ts';
export { testCredential } from './test-credential.ts';
export { testConnection } from './test-connection.ts';
