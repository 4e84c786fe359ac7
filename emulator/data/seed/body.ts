import { escapedHtml } from '../escaped-html.ts';
import type { Person } from '../model.ts';
import { RIGHT_TO_LEFT } from './more-words.ts';
import { fill, type Post, type Thread } from './thread.ts';

export interface BodyParts {
  readonly thread: Thread;
  readonly post: Post;
  /** The posts that this one answers, latest first. */
  readonly earlier: readonly Post[];
  readonly contentId: string | null;
}

const HEAD = '<html><head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">';
/** What Outlook puts before what it sends. */
const OUTLOOK_STYLE =
  '<style type="text/css" style="display:none">\r\n<!--\r\np\r\n\t{margin-top:0;\r\n\tmargin-bottom:0}\r\n-->\r\n</style>';

export function textBody({ thread, post, earlier }: BodyParts): string {
  const lines = (of: Post) => [greeting(thread, of), '', ...of.sentences, '', closing(thread, of), of.from.name];
  const quoted = earlier.flatMap((of, depth) => {
    const mark = '>'.repeat(depth + 1);
    return [
      '',
      `${mark.slice(1)}${of.from.name} <${of.from.address}> ${thread.phrases.wrote}`.trim(),
      ...lines(of).map((line) => `${mark} ${line}`.trimEnd()),
    ];
  });
  return `${[...lines(post), ...quoted].join('\r\n')}\r\n`;
}

export function htmlBody({ thread, post, earlier, contentId }: BodyParts): string {
  const direction = RIGHT_TO_LEFT.has(thread.language) ? ' dir="rtl"' : '';
  const picture = contentId ? `<p><img src="cid:${contentId}" width="120" alt=""></p>\r\n` : '';
  const quoted = earlier.map((of) => quotedPost(thread, of)).join('');
  return `${HEAD}${OUTLOOK_STYLE}</head><body${direction}>\r\n${paragraphs(thread, post)}${picture}${quoted}</body></html>`;
}

function paragraphs(thread: Thread, post: Post): string {
  const middle = post.sentences.map((sentence) => `<p>${escapedHtml(sentence)}</p>\r\n`).join('');
  return `<p>${escapedHtml(greeting(thread, post))}</p>\r\n${middle}<p>${escapedHtml(closing(thread, post))}<br>${escapedHtml(post.from.name)}</p>\r\n`;
}

function quotedPost(thread: Thread, of: Post): string {
  const people = (list: readonly Person[]) => list.map((person) => `${escapedHtml(person.name)} &lt;${person.address}&gt;`).join('; ');
  const headers = `<b>From:</b> ${people([of.from])}<br>\r\n<b>To:</b> ${people(of.to)}<br>\r\n<b>Subject:</b> ${escapedHtml(thread.subject)}`;
  return `<hr tabindex="-1" style="display:inline-block; width:98%">\r\n<div id="divRplyFwdMsg"><p>${headers}</p></div>\r\n<blockquote>${paragraphs(thread, of)}</blockquote>\r\n`;
}

/** A newsletter: tables for layout, styles that nobody sees, a picture that counts readers. */
export function newsletterBody({ thread, post }: BodyParts, list: { readonly name: string; readonly number: number }): string {
  const styles = Array.from(
    { length: 40 },
    (_, index) =>
      `.c${index}{font-family:Segoe UI,Arial,sans-serif;font-size:${10 + (index % 8)}px;color:#${(index * 5_003).toString(16).padStart(6, '0')}}`,
  );
  const cells = post.sentences.map(
    (sentence, index) =>
      `<tr><td class="c${index % 40}" style="padding:12px 24px;border-bottom:1px solid #e0e0e0"><h2>${escapedHtml(sentence.slice(0, 40))}</h2><p>${escapedHtml(sentence)}</p><a href="https://news.partner.example/${list.number}/${index}?utm_source=newsletter&amp;utm_medium=email">&#8594;</a></td></tr>\r\n`,
  );
  const pixel = `<img src="https://news.partner.example/open/${list.number}.gif" width="1" height="1" alt="">`;
  const title = `<h1>${escapedHtml(list.name)} ${list.number}: ${escapedHtml(thread.subject)}</h1>`;
  return `${HEAD}<style type="text/css">\r\n${styles.join('\r\n')}\r\n</style></head><body style="margin:0;background:#f4f4f4">\r\n${title}<table role="presentation" width="600" align="center" cellpadding="0" cellspacing="0">\r\n${cells.join('')}</table>${pixel}</body></html>`;
}

function greeting(thread: Thread, post: Post): string {
  const { greetings } = thread.phrases;
  return fill(greetings[post.sentences.length % greetings.length]!, { name: post.to[0]!.name.split(' ')[0]! });
}

function closing(thread: Thread, post: Post): string {
  const { closings } = thread.phrases;
  return closings[post.sentences.length % closings.length]!;
}
