import { Parser } from 'htmlparser2';

const breaking = new Set([
  'p',
  'div',
  'br',
  'tr',
  'li',
  'table',
  'ul',
  'ol',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'blockquote',
  'pre',
  'hr',
  'section',
]);
// Not `head`: words that stand right in it are shown (html.spec.whatwg.org, "in head": any other text opens the body).
const unseen = new Set(['script', 'style', 'title', 'template']);

/** The readable text of an HTML body: a streaming parse, so that deep nesting costs nothing. `onLink` is told where anchors lead. */
export function htmlToText(html: string, onLink?: (address: string) => void): string {
  const parts: string[] = [];
  let hidden = 0;
  const parser = new Parser(
    {
      onopentagname(name) {
        if (unseen.has(name)) hidden += 1;
        else if (breaking.has(name)) parts.push('\n');
        else if (name === 'td' || name === 'th') parts.push('\t');
      },
      onopentag(name, { alt = '', href }) {
        if (href !== undefined && onLink !== undefined && (name === 'a' || name === 'area')) onLink(href);
        if (name === 'img' && hidden === 0 && alt !== '') parts.push(` ${alt} `);
      },
      onclosetag(name) {
        if (unseen.has(name)) hidden = Math.max(0, hidden - 1);
        else if (breaking.has(name)) parts.push('\n');
      },
      ontext(text) {
        if (hidden === 0) parts.push(text);
      },
    },
    { decodeEntities: true },
  );
  parser.write(html);
  parser.end();
  return tidy(parts.join(''));
}

/** Folds runs of blanks and of empty lines. Patterns match only what is to be changed: single blanks and plain breaks are most of a text. */
export function tidy(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll(/[^\S\n]{2,}|[^\S\n ]/g, ' ')
    .replaceAll(/ \n ?|\n /g, '\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}
