import { type Chart, chartFile } from 'diapason/charts'

/** Pixels of the picture for each of the drawing's, so that it is sharp in print. */
const PNG_SCALE = 2

/** Keeps a drawing as a file that brings its own style. */
export function saveSvg(chart: Chart): void {
  save(new Blob([chartFile(chart)], { type: 'image/svg+xml' }), `${chart.kind}.svg`)
}

/** Keeps a drawing as a picture, in the theme that the page has. @throws {Error} where the browser cannot draw it */
export async function savePng(chart: Chart): Promise<void> {
  const themed = chartFile(chart).replace('<svg ', `<svg data-theme="${shownTheme()}" `)
  const url = URL.createObjectURL(new Blob([themed], { type: 'image/svg+xml' }))
  try {
    const image = new Image()
    image.src = url
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = image.naturalWidth * PNG_SCALE
    canvas.height = image.naturalHeight * PNG_SCALE
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
    const picture = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
    if (picture === null) throw new Error('The browser could not make a picture; take the SVG')
    save(picture, `${chart.kind}.png`)
  } finally {
    URL.revokeObjectURL(url)
  }
}

function shownTheme(): string {
  const chosen = document.documentElement.dataset.theme
  return chosen ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')
}

function save(content: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
  // The download has begun by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
