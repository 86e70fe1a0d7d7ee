import { doubtIn, inkOf, preprocessDigit } from '@core'
import { Canvas, type Colour, grey } from './pictures'
import { sampleReader, testDigits } from './reader'

const read = sampleReader()
const { labels, image } = testDigits()
/** Indices of three real test digits per class that the sample network reads correctly and with certainty without surroundings. */
export const certainDigits = Array.from({ length: 10 }, (_, label) => {
  const fit: number[] = []
  for (let n = 0; fit.length < 3; n++) if (labels[n] === label && read(image(n)).label === label && read(image(n)).share > 0.95) fit.push(n)
  return fit
}).flat()

export type Draw = (pixels: Float32Array) => Canvas
const [black, white, clearGlass] = [grey(0), grey(255), grey(0, 0)]
const side = 168
const plain = (ink: Colour = black, paper: Colour = white) => (pixels: Float32Array) => new Canvas(side, side, paper).digit(pixels, 0, 0, side, ink)
/** Adds surroundings to the picture at the given margin */
const within = (margin: number, colour: Colour, draw: Draw = plain()): Draw => (pixels) => {
  const inner = draw(pixels)
  const outer = new Canvas(inner.width + 2 * margin, inner.height + 2 * margin, colour)
  for (let y = 0; y < inner.height; y++) outer.rgba.set(inner.rgba.subarray(4 * y * inner.width, 4 * (y + 1) * inner.width), 4 * ((y + margin) * outer.width + margin))
  return outer
}
const on = (make: () => Canvas, ink: Colour = black, size = 120): Draw => (pixels) => { const canvas = make(); return canvas.digit(pixels, (canvas.width - size) / 2, (canvas.height - size) / 2, size, ink) }
const sheet = (colour: Colour = white, width = 240, height = 240) => new Canvas(width, height, colour)
const tight = (margin: number, ink: Colour = black, paper: Colour = white): Draw => (pixels) => {
  const canvas = plain(ink, paper)(pixels)
  let [left, right, top, bottom] = [side, 0, side, 0]
  for (let y = 0; y < side; y++) for (let x = 0; x < side; x++) if (canvas.rgba[4 * (y * side + x)] !== paper[0]) {
    left = Math.min(left, x); right = Math.max(right, x); top = Math.min(top, y); bottom = Math.max(bottom, y)
  }
  return canvas.crop(left - margin, top - margin, right - left + 1 + 2 * margin, bottom - top + 1 + 2 * margin)
}
const slope = (from: number, to: number, angle = 0) => (x: number, y: number): Colour => grey(from + (to - from) * ((x - 120) * Math.cos(angle) + (y - 120) * Math.sin(angle) + 120) / 240)

/** Kinds of surroundings, by name. */
export const surroundings: readonly (readonly [name: string, draw: Draw])[] = [
  ['nothing', plain()], ['nothing, white on black', plain(white, black)], ['a wide margin', within(100, white)],
  ...[1, 2, 10, 60].map(margin => [`a transparent margin of ${margin}`, within(margin, clearGlass)] as const),
  ...[2, 40].map(margin => [`a transparent margin of ${margin} around white on black`, within(margin, clearGlass, plain(white, black))] as const),
  ...[1, 2, 5, 12, 25].map(margin => [`a black edge of ${margin}`, within(margin, black)] as const),
  ...[1, 4, 15].map(margin => [`a white edge of ${margin} around white on black`, within(margin, white, plain(white, black))] as const),
  ...[1, 6].map(margin => [`a grey edge of ${margin}`, within(margin, grey(128))] as const),
  ...[1, 3, 8, 20].map(thickness => [`a frame of ${thickness}, inside of a margin`, on(() => sheet().frame(20, 20, 200, 200, thickness, black))] as const),
  ['a grey frame', on(() => sheet().frame(20, 20, 200, 200, 4, grey(150)))], ['a double frame', on(() => sheet().frame(10, 10, 220, 220, 2, black).frame(20, 20, 200, 200, 4, black))],
  ['a white frame on black', on(() => sheet(black).frame(20, 20, 200, 200, 3, white), white)], ['a red frame', on(() => sheet().frame(20, 20, 200, 200, 6, [200, 0, 0]))],
  ['a frame of rounded corners', on(() => sheet().rectangle(15, 15, 210, 210, black, 40).rectangle(21, 21, 198, 198, white, 34))],
  ['a round frame', on(() => sheet().circle(120, 120, 112, black).circle(120, 120, 106, white))],
  ['a frame that the picture’s edge cuts', on(() => sheet().frame(-4, -4, 248, 248, 10, black))], ['a frame around an oblong sheet', on(() => sheet(white, 400, 200).frame(10, 10, 380, 180, 3, black))],
  ['a card on a dark desk', on(() => sheet(grey(40)).rectangle(30, 30, 180, 180, white))], ['a card on a black desk, off its middle', on(() => sheet(black, 320, 260).rectangle(60, 40, 220, 190, white))],
  ['a card on a grey desk', on(() => sheet(grey(128)).rectangle(30, 30, 180, 180, white))], ['a black card on a white desk', on(() => sheet().rectangle(30, 30, 180, 180, black), white)],
  ['a card on a desk as dark as the ink', on(() => sheet(grey(30)).rectangle(40, 40, 160, 160, grey(235)), grey(30))], ['a card of rounded corners', on(() => sheet(grey(60)).rectangle(20, 20, 200, 200, white, 30))],
  ['a card with a frame', on(() => sheet(grey(60)).rectangle(10, 10, 220, 220, white).frame(25, 25, 190, 190, 3, black))], ['a round card', on(() => sheet(grey(50)).circle(120, 120, 115, white))],
  ['a transparent card of rounded corners', on(() => sheet(clearGlass).rectangle(15, 15, 210, 210, white, 35))], ['a card with a soft shadow', on(() => sheet(grey(250)).paint((x, y) => Math.max(0, 0.35 - 0.02 * Math.max(0, Math.abs(x - 126) - 90, Math.abs(y - 128) - 90)), black).rectangle(30, 30, 180, 180, white))],
  ['a card on wood', on(() => sheet(grey(90)).paint((x, y) => Math.sin(x / 3 + Math.sin(y / 40)) > 0.3, grey(70)).rectangle(30, 30, 180, 180, grey(245)))],
  ['a line at the left edge', on(() => sheet().rectangle(0, 0, 4, 240, black))], ['a line at the bottom', on(() => sheet().rectangle(0, 228, 240, 6, grey(80)))], ['lines at two edges', on(() => sheet().rectangle(0, 0, 5, 240, black).rectangle(0, 235, 240, 5, black))],
  ['lines above and below', on(() => sheet().rectangle(0, 2, 240, 3, black).rectangle(0, 235, 240, 3, black))], ['three sides of a frame', on(() => sheet().rectangle(0, 0, 4, 240, black).rectangle(0, 0, 240, 4, black).rectangle(236, 0, 4, 240, black))],
  ...[0, 1, 2.5, 4].map(angle => [`a slope of light at ${angle}`, on(() => sheet().paint(() => true, slope(255, 170, angle)))] as const), ['a steep slope of light', on(() => sheet().paint(() => true, slope(255, 110, 0.6)))],
  ['a dark slope', on(() => sheet().paint(() => true, slope(10, 110, 1)), white)],
  ['red on white', plain([210, 0, 0])], ['white on blue', plain(white, [0, 30, 160])], ['yellow on black', plain([255, 230, 0], black)], ['dark green on pink', plain([0, 70, 20], [255, 180, 200])], ['pencil', plain(grey(170), grey(250))], ['chalk', plain(grey(200), grey(50))],
  ['black on glass', on(() => sheet(clearGlass))], ['white on glass', on(() => sheet(clearGlass), white)], ['a scanner’s noise', pixels => plain(grey(40), grey(225))(pixels).noise(7)],
  ['dust', on(() => sheet().circle(12, 20, 1.5, black).circle(226, 200, 2, black).circle(30, 222, 1, black))], ['a stain', on(() => sheet().circle(40, 200, 25, grey(225)))],
  ...[0, 1, 3, 10].map(margin => [`a crop with ${margin} pixels of margin`, tight(margin)] as const), ['a tight crop of white on black', tight(0, white, black)], ['a tight crop with a transparent margin', pixels => within(8, clearGlass, tight(2))(pixels)],
]

/** Reads test digits from pictures. @returns the digits misread without a warning, and the number of the others with a warning */
export function readAll(numbers: readonly number[], draw: Draw): { readonly wrong: readonly string[], readonly told: number } {
  let told = 0
  const wrong = numbers.flatMap((n) => {
    const { rgba, width, height } = draw(image(n))
    const digit = preprocessDigit(inkOf(rgba, width, height), width, height)
    const answer = digit && read(digit)
    if (answer?.label === labels[n]) return []
    if (digit && doubtIn(digit)) {
      told++
      return []
    }
    return [`${labels[n]} (image ${n}): ${answer ? `${answer.label} with ${answer.share.toFixed(3)}` : 'none'}`]
  })
  return { wrong, told }
}
