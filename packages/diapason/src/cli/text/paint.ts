import { styleText } from 'node:util'

/** The few styles in use, by what they mean. */
export type Ink = 'strong' | 'faint' | 'good' | 'bad' | 'warn' | 'accent'
/** Puts a text in ink; without colours, leaves it as it is. */
export type Paint = (ink: Ink, text: string) => string

const INKS: { readonly [I in Ink]: Parameters<typeof styleText>[0] } = {
  strong: 'bold',
  faint: 'dim',
  good: 'green',
  bad: 'red',
  warn: 'yellow',
  accent: 'cyan',
}

/** No colours. */
export const plainPaint: Paint = (_, text) => text

/** Colours, whatever the stream. */
export const colourPaint: Paint = (ink, text) => styleText(INKS[ink], text, { validateStream: false })

/** The paint that suits a stream: FORCE_COLOR (0 turns it off) before NO_COLOR (any non-empty value) before what the stream is. */
export function paintFor(
  stream: { readonly isTTY?: boolean | undefined },
  env: NodeJS.ProcessEnv = process.env,
): Paint {
  return wantsColour(stream, env) ? colourPaint : plainPaint
}

function wantsColour(stream: { readonly isTTY?: boolean | undefined }, env: NodeJS.ProcessEnv): boolean {
  const forced = env.FORCE_COLOR
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false
  return stream.isTTY === true && env.TERM !== 'dumb'
}
