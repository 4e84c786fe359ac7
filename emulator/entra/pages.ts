import { createHash } from 'node:crypto';
import type { Answer } from '../http/answer.ts';
import type { User } from '../data/model.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign]!);
}

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}button,input{font:inherit;padding:.5rem .75rem}ul{list-style:none;padding:0}li{margin:.25rem 0}li button{width:100%;text-align:left}small{color:#555}';
const SUBMIT = 'document.forms[0].submit()';
const SUBMIT_HASH = createHash('sha256').update(SUBMIT).digest('base64');

interface Page {
  readonly title: string;
  /** HTML; whoever makes it escapes what it holds. */
  readonly body: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly script?: string;
}

export function htmlPage({ title, body, status = 200, headers = {}, script }: Page): Answer {
  const scripts = script === undefined ? '' : `<script>${script}</script>`;
  const text = `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body><main>
${body}
</main>${scripts}</body></html>
`;
  const policy = `default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'${script === undefined ? '' : `; script-src 'sha256-${SUBMIT_HASH}'`}`;
  const safe = { 'Content-Security-Policy': policy, 'X-Frame-Options': 'DENY', 'Referrer-Policy': 'strict-origin-when-cross-origin' };
  return {
    status,
    headers: { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store, no-cache', Pragma: 'no-cache', ...safe, ...headers },
    body: text,
  };
}

function hidden(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`)
    .join('');
}

/** response_mode=form_post: the browser sends the outcome on; without scripts, the person does. */
export function formPostPage(action: string, fields: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>>): Answer {
  const form = `<form method="post" action="${escapeHtml(action)}">${hidden(fields)}<noscript><button type="submit">Continue</button></noscript></form>`;
  return htmlPage({ title: 'Working...', body: `<h1>Working...</h1>\n${form}`, headers, script: SUBMIT });
}

export interface SignInPage {
  readonly appName: string;
  readonly tenantName: string;
  readonly action: string;
  /** Sealed: what the sign-in is for. */
  readonly request: string;
  readonly users: readonly User[];
  readonly find: string;
  readonly hasMore: boolean;
}

/** Lists the organisation's people; each is one button. A search field serves where they are many. */
export function signInPage(page: SignInPage): Answer {
  const form = (inner: string) =>
    `<form method="post" action="${escapeHtml(page.action)}">${hidden({ request: page.request })}${inner}</form>`;
  const buttons = page.users.map(
    (user) =>
      `<li><button type="submit" name="user" value="${escapeHtml(user.id)}">${escapeHtml(user.displayName)} <small>${escapeHtml(user.upn)}</small></button></li>`,
  );
  const list = buttons.length === 0 ? '<p>Nobody is called so.</p>' : form(`<ul>${buttons.join('\n')}</ul>`);
  const search = form(
    `<p><label for="find">Name or address</label> <input id="find" name="find" type="search" value="${escapeHtml(page.find)}"> <button type="submit">Find</button></p>`,
  );
  const body = `<h1>Sign in</h1>
<p>${escapeHtml(page.appName)} asks who you are. This is an emulator of ${escapeHtml(page.tenantName)}: there are no passwords.</p>
${search}
<h2>Pick an account</h2>
${list}${page.hasMore ? '<p>There are more; search for them.</p>' : ''}
${form('<p><button type="submit" name="cancel" value="1">Cancel</button></p>')}`;
  return htmlPage({ title: 'Sign in to your account', body });
}

export interface ConsentPage {
  readonly title: string;
  readonly appName: string;
  readonly userName: string;
  readonly action: string;
  readonly request: string;
  readonly permissions: readonly string[];
}

export function consentPage(page: ConsentPage, headers: Readonly<Record<string, string>> = {}): Answer {
  const names = page.permissions.map((name) => `<li>${escapeHtml(name)}</li>`).join('');
  const body = `<h1>${escapeHtml(page.title)}</h1>
<p>${escapeHtml(page.userName)}, ${escapeHtml(page.appName)} would like to:</p>
<ul>${names}</ul>
<form method="post" action="${escapeHtml(page.action)}">${hidden({ request: page.request })}
<button type="submit" name="accept" value="1">Accept</button> <button type="submit" name="cancel" value="1">Cancel</button></form>`;
  return htmlPage({ title: page.title, body, headers });
}

export function messagePage(title: string, text: string, status = 200, headers: Readonly<Record<string, string>> = {}): Answer {
  return htmlPage({ title, body: `<h1>${escapeHtml(title)}</h1>\n<p>${escapeHtml(text)}</p>`, status, headers });
}
