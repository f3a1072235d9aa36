/** Text of Telegram's HTML style without its marks. Pure; what it gives is shown as text. */

const NAMED = { lt: "<", gt: ">", amp: "&", quot: '"' }; // all that Telegram knows by name

/** The words alone: tags are left out, then each entity is read once. */
export function plainText(html) {
  return html.replace(/<\/?[a-z][^>]*>/gi, "").replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, decoded);
}

function decoded(whole, hex, decimal, name) {
  const code = hex ? parseInt(hex, 16) : decimal ? Number(decimal) : null;
  if (code === null) return NAMED[name] ?? whole;
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
}
