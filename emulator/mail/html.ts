/** Turns of mail bodies that Exchange makes when it hands them out. */

const HEAD = '<html><head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body>\r\n';

/** Plain text comes as HTML unless text was asked for: learn.microsoft.com/graph/api/message-get. */
export function textToHtml(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `${HEAD}<div class="PlainText">${escaped.replaceAll(/\r\n|\r|\n/g, '<br>\r\n')}</div>\r\n</body></html>\r\n`;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

export function htmlToText(html: string): string {
  return html
    .replaceAll(/<!--[\s\S]*?-->/g, '')
    .replaceAll(/<(head|style|script)\b[\s\S]*?<\/\1\s*>/gi, '')
    .replaceAll(/[\r\n\t ]+/g, ' ')
    .replaceAll(/<(br|hr)\b[^>]*>|<\/(p|div|tr|h[1-6]|li|blockquote)\s*>/gi, '\r\n')
    .replaceAll(/<[^>]*>/g, '')
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
  return html.replaceAll(/<script\b[\s\S]*?(<\/script\s*>|$)/gi, '');
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
