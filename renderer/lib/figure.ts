import { csv } from './csv'

/** The picture on the theme's surface: a canvas alone is transparent. */
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

/** @returns whether the clipboard took it */
export async function copyPicture(canvas: HTMLCanvasElement): Promise<boolean> {
  const blob = await png(canvas)
  if (!blob) return false
  return navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })]).then(() => true, () => false)
}

export async function savePicture(canvas: HTMLCanvasElement, name: string): Promise<void> {
  const blob = await png(canvas)
  if (blob) save(blob, `${name}.png`)
}

/** With a byte order mark: spreadsheets then read Korean and Japanese headings right. */
export function saveRows(rows: readonly (readonly (string | number)[])[], name: string): void {
  save(new Blob(['\ufeff', csv(rows)], { type: 'text/csv' }), `${name}.csv`)
}

/** Hands a file over as a download. */
export function save(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name.replace(/[\\/:*?"<>|]/g, '-')
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
