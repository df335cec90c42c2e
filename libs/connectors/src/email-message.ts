import { Eta } from 'eta';
import type { Notice } from './notice.ts';

/** A notice as an e-mail says it. */
export interface EmailText {
  subject: string;
  text: string;
  html: string;
}

/** What stands below an e-mail: how to get no more of them. */
export interface Footer {
  /** Why this person gets it. */
  reason: string;
  unsubscribeUrl: string;
}

// Escapes whatever is put in, unless a template says otherwise, which none does.
const eta = new Eta({ autoEscape: true, useWith: false, varName: 'it' });
// Tables and inline styles, since mail programs know little else.
const page = eta.compile(`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title><%= it.title %></title></head>
<body style="margin:0;padding:24px;background:#f4f5f7;font-family:-apple-system,'Segoe UI',Roboto,Arial,sans-serif;color:#1d2433">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:560px;background:#ffffff;border-radius:8px;padding:24px">
<tr><td>
<h1 style="margin:0 0 16px;font-size:20px;line-height:1.3"><%= it.title %></h1>
<% if (it.facts.length > 0) { %><table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="font-size:14px;line-height:1.5">
<% for (const fact of it.facts) { %><tr><td style="padding:4px 12px 4px 0;color:#5b6472;vertical-align:top;white-space:nowrap"><%= fact.label %></td><td style="padding:4px 0;word-break:break-word"><%= fact.value %></td></tr>
<% } %></table>
<% } %><% for (const quote of it.quotes) { %><blockquote style="margin:16px 0 0;padding:8px 16px;border-left:3px solid #c5cbd5;font-size:14px;line-height:1.5"><%= quote %></blockquote>
<% } %><p style="margin:24px 0 0"><a href="<%= it.link.url %>" style="display:inline-block;padding:10px 16px;background:#2f5bea;color:#ffffff;border-radius:6px;text-decoration:none;font-size:14px"><%= it.link.text %></a></p>
<p style="margin:24px 0 0;font-size:12px;color:#5b6472"><%= it.when %></p>
</td></tr></table>
<p style="margin:16px 0 0;font-size:12px;line-height:1.5;color:#5b6472"><%= it.footer.reason %><br><a href="<%= it.footer.unsubscribeUrl %>" style="color:#5b6472">Unsubscribe</a></p>
</td></tr></table>
</body>
</html>
`);

/** A notice as an e-mail, in HTML and in plain text. */
export function toEmailText(notice: Notice, footer: Footer): EmailText {
  const { title, facts, quotes, link, when } = notice;
  const lines = [
    title,
    '',
    ...facts.map(({ label, value }) => `${label}: ${value}`),
    ...quotes.flatMap((quote) => ['', `> ${quote}`]),
    '',
    `${link.text}: ${link.url}`,
    when,
    '',
    '-- ',
    footer.reason,
    `Unsubscribe: ${footer.unsubscribeUrl}`,
    '',
  ];
  return { subject: title, text: lines.join('\n'), html: eta.render(page, { ...notice, footer }) };
}
