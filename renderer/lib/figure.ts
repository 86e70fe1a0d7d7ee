import { csv } from './csv'

/** Scale for print and high-density screens, limited by the maximum canvas size */
const sharpness = 2
const mostPixels = 8192

/** Draws the picture on the theme's background; the canvas itself is transparent. */
function onSurface(canvas: HTMLCanvasElement): HTMLCanvasElement {
  const copy = document.createElement('canvas')
  copy.width = canvas.width
  copy.height = canvas.height
  const context = copy.getContext('2d')!
  context.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('--surface')
  context.fillRect(0, 0, copy.width, copy.height)
  context.drawImage(canvas, 0, 0)
  return copy
}

const png = (canvas: HTMLCanvasElement) => new Promise<Blob | null>(done => onSurface(canvas).toBlob(done, 'image/png'))

/** @returns whether copying to the clipboard succeeded */
export async function copyPicture(canvas: HTMLCanvasElement): Promise<boolean> {
  const blob = await png(canvas)
  if (!blob) return false
  return navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })]).then(() => true, () => false)
}

export async function savePicture(canvas: HTMLCanvasElement, name: string): Promise<void> {
  const blob = await png(canvas)
  if (blob) save(blob, `${name}.png`)
}

/** Saves rows as CSV. With a byte order mark, spreadsheets read Korean and Japanese headings correctly. */
export function saveRows(rows: readonly (readonly (string | number)[])[], name: string): void {
  save(new Blob(['\ufeff', csv(rows)], { type: 'text/csv' }), `${name}.csv`)
}

/** Saves rows as JSON: numbers have all their digits, and each column says what it holds. An empty cell is null. */
export function saveTable({ title, rows: [header = [], ...rows], about }: { readonly title: string, readonly rows: readonly (readonly (string | number)[])[], readonly about: (column: string) => string }, name: string): void {
  const columns = header.map(column => ({ name: column, meaning: about(String(column)) }))
  const table = { title, columns, rows: rows.map(row => row.map(cell => cell === '' ? null : cell)) }
  save(new Blob([JSON.stringify(table)], { type: 'application/json' }), `${name}.json`)
}

/** Saves a file as a download. */
export function save(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name.replace(/[\\/:*?"<>|]/g, '-')
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

/** Rasterizes an SVG picture, for the clipboard and for PNG files. */
export async function pixelsOf(svg: string): Promise<HTMLCanvasElement> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }))
  try {
    const image = new Image()
    image.src = url
    await image.decode()
    const scale = Math.min(sharpness, mostPixels / Math.max(image.naturalWidth, image.naturalHeight))
    const canvas = document.createElement('canvas')
    canvas.width = Math.round(image.naturalWidth * scale)
    canvas.height = Math.round(image.naturalHeight * scale)
    canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height)
    return canvas
  }
  finally { URL.revokeObjectURL(url) }
}
