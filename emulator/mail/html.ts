import { escapedHtml } from '../data/escaped-html.ts';

/** Turns of mail bodies that Exchange makes when it hands them out. */

const HEAD = '<html><head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body>\r\n';

/** Plain text comes as HTML unless text was asked for: learn.microsoft.com/graph/api/message-get. */
export function textToHtml(text: string): string {
  return `${HEAD}<div class="PlainText">${escapedHtml(text).replaceAll(/\r\n|\r|\n/g, '<br>\r\n')}</div>\r\n</body></html>\r\n`;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

export function htmlToText(html: string): string {
  return html
    .replaceAll(/<!--[\s\S]*?(-->|$)/g, '')
    .replace(/<head\b[\s\S]*?<\/head\s*>/i, '')
    .replaceAll(/<(style|script)\b[\s\S]*?(<\/\1\s*>|$)/gi, '')
    .replaceAll(/[\r\n\t ]+/g, ' ')
    .replaceAll(/<(br|hr)\b[^<>]*>|<\/(p|div|tr|h[1-6]|li|blockquote)\s*>/gi, '\r\n')
    .replaceAll(/<[^<>]*>/g, '')
    .replaceAll(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]+);/gi, decodeEntity)
    .replaceAll(/\r\n +/g, '\r\n')
    .trim();
}

function decodeEntity(whole: string, name: string): string {
  if (!name.startsWith('#')) return ENTITIES[name.toLowerCase()] ?? whole;
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  const isScalar = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return isScalar ? String.fromCodePoint(code) : '\ufffd';
}

/** Without `outlook.allow-unsafe-html` active content is taken out. */
export function withoutScripts(html: string): string {
  return html
    .replaceAll(/<script\b[\s\S]*?(<\/script\s*>|$)/gi, '')
    .replaceAll(/<\/?(iframe|object|embed|applet)\b[^<>]*>/gi, '')
    .replaceAll(/<[a-z][^<>]*>/gi, (tag) => (/\son|script:/i.test(tag) ? withoutHandlers(tag) : tag));
}

function withoutHandlers(tag: string): string {
  return tag
    .replaceAll(/\son[a-z]+\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/gi, '')
    .replaceAll(/\s(href|src)\s*=\s*("\s*javascript:[^"]*"|'\s*javascript:[^']*'|javascript:[^\s>]*)/gi, '');
}

/** Where the words of an earlier mail begin that this one answers. */
const QUOTED_HTML = /<hr\b|<blockquote\b|<div[^<>]+(?:divRplyFwdMsg|gmail_quote|appendonsend)/i;
const QUOTED_TEXT = /^(-{3,} ?Original Message|_{20,}|>|From: )/m;

/** The part of a body that the rest of its conversation does not have: learn.microsoft.com/graph/api/resources/message. */
export function uniquePart(body: { readonly contentType: 'html' | 'text'; readonly content: string }): typeof body {
  const { contentType, content } = body;
  const at = content.search(contentType === 'html' ? QUOTED_HTML : QUOTED_TEXT);
  if (at <= 0) return body;
  if (contentType === 'html') return { contentType, content: `${content.slice(0, at).trimEnd()}</body></html>` };
  const text = content.slice(0, at).trimEnd();
  // The line that says who wrote it belongs to the quotation.
  return { contentType, content: text.replace(/(\r?\n){2}[^\r\n]{1,200}:$|(\r?\n)+\S[^\r\n]{0,100}$/, '') };
}

const PREVIEW_LENGTH = 255;
/** Enough markup for 255 characters of any sane mail; the rest is not worth the work. */
const PREVIEW_SOURCE_LENGTH = 16_384;

export function previewOf(body: { readonly contentType: 'html' | 'text'; readonly content: string }): string {
  const start = body.contentType === 'html' ? Math.max(0, body.content.search(/<body\b/i)) : 0;
  const source = body.content.slice(start, start + PREVIEW_SOURCE_LENGTH);
  const text = body.contentType === 'html' ? htmlToText(source) : source;
  return text
    .replaceAll(/\s*\r?\n\s*/g, '\r\n')
    .trim()
    .slice(0, PREVIEW_LENGTH)
    .toWellFormed();
}
