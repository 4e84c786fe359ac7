import { describe, expect, test } from 'vitest';
import { expectErased, type FollowedMailbox } from './followed-crawl.ts';
import { waitFor } from './wait-for.ts';

type Crawl = () => FollowedMailbox;

/** What happens to single messages between two cycles. */
export function messageStories(crawl: Crawl): void {
  describe('a message', () => {
    test('that arrived is stored', async () => {
      const words = { subject: 'Grüße aus Ω', body: { contentType: 'html', content: '<p>One</p><p>two</p>' }, from: 'a@partner.example' };
      const { id } = await crawl().change('POST', '/messages', { folder: 'inbox', ...words });
      await crawl().nextCycle();
      expect(await crawl().document(id)).toMatchObject({
        subject: words.subject,
        text: 'One\n\ntwo',
        folderPath: 'Inbox',
        from: { address: 'a@partner.example' },
        removal: null,
      });
    });

    test('that was edited says what it says now', async () => {
      const [message] = await crawl().items('Inbox');
      await crawl().change('PATCH', `/messages/${message!.id}`, { subject: 'Edited', body: 'Other words' });
      await crawl().nextCycle();
      expect(await crawl().document(message!.id)).toMatchObject({ subject: 'Edited', text: 'Other words' });
    });

    test('that was read, or flagged and sorted, keeps its words', async () => {
      const [first, second] = await crawl().items('Sent Items');
      const before = await crawl().document(first!.id);
      await crawl().change('PATCH', `/messages/${first!.id}`, { isRead: !first!.isRead });
      await crawl().change('PATCH', `/messages/${second!.id}`, { flagged: true, categories: ['Red'] });
      await crawl().nextCycle();
      const { subject, text, body } = before;
      expect(await crawl().document(first!.id)).toMatchObject({ subject, text, body, read: !first!.isRead });
      expect(await crawl().document(second!.id)).toMatchObject({ subject: second!.subject, flag: 'flagged', categories: ['Red'] });
    });

    test('that is a draft has the attachments that it has now', async () => {
      const file = (name: string, words: string) => ({ name, contentBytes: Buffer.from(words).toString('base64') });
      const draft = { folder: 'drafts', isDraft: true, subject: 'Offer', body: 'See the files' };
      const { id } = await crawl().change('POST', '/messages', { ...draft, attachments: [file('one.txt', 'one')] });
      const names = async () =>
        (await crawl().attachmentsOf(id)).filter(({ removal }) => removal === null).map(({ attachment }) => attachment?.name);
      await crawl().nextCycle();
      expect(await names()).toEqual(['one.txt']);
      await crawl().change('PATCH', `/messages/${id}`, { attachments: [file('one.txt', 'changed'), file('two.txt', 'two')] });
      await crawl().nextCycle();
      expect((await names()).toSorted()).toEqual(['one.txt', 'two.txt']);
      await crawl().change('PATCH', `/messages/${id}`, { attachments: [] });
      await crawl().nextCycle();
      expect(await names()).toEqual([]);
    });

    test('that was hard deleted is erased with its attachments, also from search', async () => {
      const found = (await crawl().tenant.truth()).find(
        (item) => item.mailboxId === crawl().mailboxId && item.kind === 'attachment' && !item.hidden,
      );
      const id = found!.parentId!;
      const { _id } = await crawl().document(id);
      const search = crawl().db.collection<{ _id: string }>('search');
      await waitFor('the message in search', () => search.findOne({ _id }), { timeoutMs: 60_000 });
      await crawl().change('DELETE', `/messages/${id}?hard=true`);
      await crawl().nextCycle();
      expectErased(await crawl().document(id), 'deleted');
      const attachments = await crawl().attachmentsOf(id);
      expect(attachments.length).toBeGreaterThan(0);
      for (const attachment of attachments) expectErased(attachment, 'deleted');
      expect(await search.findOne({ _id })).toBeNull();
    });
  });
}

/** What happens to messages that change their folder. */
export function moveStories(crawl: Crawl): void {
  const move = (id: string, folder: string) => crawl().change('POST', `/messages/${id}/move`, { folder });

  describe('a message moved', () => {
    test('to another folder stays one document', async () => {
      const [message] = await crawl().items('Inbox');
      const { _id, firstSeenAt } = await crawl().document(message!.id);
      await move(message!.id, 'archive');
      await crawl().nextCycle();
      expect(await crawl().document(message!.id)).toMatchObject({ _id, firstSeenAt, folderPath: 'Archive', removal: null });
    });

    test('away, and back after a cycle, is where it is', async () => {
      const [message] = await crawl().items('Inbox');
      await move(message!.id, 'archive');
      await crawl().nextCycle();
      expect(await crawl().document(message!.id)).toMatchObject({ folderPath: 'Archive', removal: null });
      await move(message!.id, 'inbox');
      await crawl().nextCycle();
      expect(await crawl().document(message!.id)).toMatchObject({ folderPath: 'Inbox', removal: null });
    });

    test('away and back between two cycles is not lost, and is heard of when it changes', async () => {
      const lists = async () => (await crawl().tenant.stats()).byMailbox[crawl().mailboxId]?.['messages.list'] ?? 0;
      const [message] = await crawl().items('Inbox');
      await move(message!.id, 'archive');
      await move(message!.id, 'inbox');
      const before = await lists();
      await crawl().nextCycle();
      // It never went; the comparison of counts, which would bring it back, finds nothing to do.
      expect(await lists()).toBe(before);
      expect(await crawl().document(message!.id)).toMatchObject({ folderPath: 'Inbox', removal: null, subject: message!.subject });
      await crawl().change('PATCH', `/messages/${message!.id}`, { subject: 'Still here' });
      await crawl().nextCycle();
      expect(await crawl().document(message!.id)).toMatchObject({ subject: 'Still here', removal: null });
    });

    test('twice between two cycles is where it went last', async () => {
      const [message] = await crawl().items('Inbox');
      await move(message!.id, 'archive');
      await move(message!.id, 'sentitems');
      await crawl().nextCycle();
      expect(await crawl().document(message!.id)).toMatchObject({ folderPath: 'Sent Items', removal: null });
    });

    test('into a hidden folder is hidden with its words kept, and comes back with it', async () => {
      const hidden = await crawl().change('POST', '/folders', { displayName: 'Out of sight', hidden: true });
      const [message] = await crawl().items('Inbox');
      await move(message!.id, hidden.id);
      await crawl().nextCycle();
      const { subject } = message!;
      expect(await crawl().document(message!.id)).toMatchObject({ removal: { reason: 'movedOut' }, subject });
      await move(message!.id, 'inbox');
      await crawl().nextCycle();
      expect(await crawl().document(message!.id)).toMatchObject({ removal: null, subject, folderPath: 'Inbox' });
    });

    test('into Deleted Items by a soft delete is found there', async () => {
      const [message] = await crawl().items('Inbox');
      await crawl().change('DELETE', `/messages/${message!.id}`);
      await crawl().nextCycle();
      expect(await crawl().document(message!.id)).toMatchObject({ folderPath: 'Deleted Items', removal: null, subject: message!.subject });
    });
  });
}
