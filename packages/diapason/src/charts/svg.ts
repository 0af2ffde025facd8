/** Attributes of an element; undefined ones are left out. Numbers are cut to two decimals. */
export type SvgAttributes = { readonly [name: string]: string | number | undefined }

/** Markup that is safe to put into a page: only {@link element} and {@link text} make it. */
export type Markup = string & { readonly markup: unique symbol }

/** An element with its children. Attribute values are escaped; names are ours. */
export function element(name: string, attributes: SvgAttributes = {}, children: readonly Markup[] = []): Markup {
  let open = `<${name}`
  for (const key in attributes) {
    const value = attributes[key]
    if (value === undefined) continue
    open += ` ${key}="${typeof value === 'number' ? shortNumber(value) : escaped(value)}"`
  }
  // The only maker of markup beside text(): what came in from outside has been escaped.
  return (children.length === 0 ? `${open}/>` : `${open}>${children.join('')}</${name}>`) as Markup
}

/** A text, escaped. */
export function text(content: string): Markup {
  return escaped(content) as Markup
}

/** Several pieces one after the other. */
export function markup(parts: readonly Markup[]): Markup {
  return parts.join('') as Markup
}

/** A text as it stands in HTML and SVG, in attributes too. Characters that XML cannot hold become �. */
export function escaped(content: string): string {
  return content.replaceAll(SPECIAL, (character) => ENTITIES[character] ?? '\ufffd')
}

// Control characters (but tab and line feed), lone surrogates and the two non-characters make XML ill-formed.
const SPECIAL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not come through
  /[&<>"']|[\u0000-\u0008\u000b-\u001f\u007f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g
const ENTITIES: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A coordinate: two decimals are a fiftieth of a pixel on the finest screens. */
export function shortNumber(value: number): string {
  return String(Math.round(value * 100) / 100)
}

/** The `d` of a path through points; a point with NaN breaks it. */
export function linePath(points: readonly (readonly [x: number, y: number])[]): string {
  let d = ''
  let pen = 'M'
  for (const [x, y] of points) {
    if (Number.isNaN(x) || Number.isNaN(y)) {
      pen = 'M'
      continue
    }
    d += `${pen}${shortNumber(x)} ${shortNumber(y)}`
    pen = 'L'
  }
  return d
}
