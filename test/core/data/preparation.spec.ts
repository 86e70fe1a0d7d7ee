import { createHash } from 'node:crypto'
import { type Drawn, inkOf, mnist, prepare, preparationSteps, type PreparationStep, preprocessDigit, Random, resizePicture, stagesOf, type Stroke } from '@core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { infoOf } from '../../fixtures/dataset-info'

const pen = 0.085
const five: readonly Stroke[] = [[[0.68, 0.12], [0.36, 0.14], [0.32, 0.45], [0.64, 0.5], [0.6, 0.82], [0.27, 0.82]].map(([x = 0, y = 0]) => ({ x, y }))]
const moved = (strokes: readonly Stroke[], scale: number, dx = 0, dy = 0): readonly Stroke[] => strokes.map(stroke => stroke.map(({ x, y }) => ({ x: x * scale + dx, y: y * scale + dy })))
const drawn = (strokes: readonly Stroke[], base: Drawn['base'] = null): Drawn => ({ base, strokes, pen })
const off = (...steps: readonly PreparationStep[]): ReadonlySet<PreparationStep> => new Set(steps)
const wide = infoOf({ id: 'wide', rows: 20, columns: 30, classes: 7, train: 10, test: 10 })
const bar = { dataset: 'mnist', shape: mnist.shape, image: Float32Array.from({ length: 784 }, (_, i) => Number(i % 28 > 9 && i % 28 < 14) * 0.8) }

/** Dark strokes on a light sheet, or light ones on a dark sheet. */
function pictureOf(strokes: readonly Stroke[], { width = 120, height = 120, ink = 30, paper = 230, sensitivity = 0.5 } = {}): NonNullable<Drawn['base']> & { kind: 'picture' } {
  const rgba = new Uint8ClampedArray(4 * width * height).fill(paper)
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
    const isInk = strokes.some(stroke => stroke.some(({ x: a, y: b }, i) => {
      const { x: c, y: d } = stroke[i + 1] ?? stroke[i]!
      const along = Math.min(1, Math.max(0, ((x / width - a) * (c - a) + (y / height - b) * (d - b)) / ((c - a) ** 2 + (d - b) ** 2 || 1)))
      return Math.hypot(x / width - a - along * (c - a), y / height - b - along * (d - b)) < pen / 2
    }))
    rgba.set(isInk ? [ink, ink, ink, 255] : [paper, paper, paper, 255], 4 * (y * width + x))
  }
  return { kind: 'picture', width, height, rgba, sensitivity }
}

/** Seeded drawings of a few strokes, some beyond the paper. */
function drawings(seed: number, count: number): (readonly Stroke[])[] {
  const random = new Random(seed)
  return Array.from({ length: count }, () => Array.from({ length: 1 + random.integer(3) }, () => Array.from({ length: 1 + random.integer(12) }, () => ({ x: 1.2 * random.next() - 0.1, y: 1.2 * random.next() - 0.1 }))))
}
const sha256 = (images: readonly (Float32Array | null)[]): string => images.reduce((hash, image) => hash.update(image ?? 'null'), createHash('sha256')).digest('hex')
/** Centre of mass of a 28×28 image, in pixels from its left and top edge. */
function centreOf(image: Float32Array): readonly [number, number] {
  const mass = image.reduce((a, b) => a + b)
  return [image.reduce((sum, value, i) => sum + value * (i % 28 + 0.5), 0) / mass, image.reduce((sum, value, i) => sum + value * (Math.floor(i / 28) + 0.5), 0) / mass]
}
const boxOf = (image: Float32Array): { readonly width: number, readonly height: number, readonly left: number, readonly top: number } => {
  const inked = [...image].flatMap((value, i) => value > 0.02 ? [i] : [])
  const [columns, rows] = [inked.map(i => i % 28), inked.map(i => Math.floor(i / 28))]
  return { left: Math.min(...columns), top: Math.min(...rows), width: Math.max(...columns) - Math.min(...columns) + 1, height: Math.max(...rows) - Math.min(...rows) + 1 }
}

describe('with all steps', () => {
  // sha256 of what the code computed before steps could be left out: a network reads the same numbers as then
  test('a drawing becomes the same numbers as ever, to the bit', () => {
    expect(sha256(drawings(1, 60).map(strokes => prepare(drawn(strokes), mnist)))).toBe('8772626c218525bf0a9f6b0b033be7c1a3e2c29b13bfecaea0cdd5ef1de2b24d')
    expect(sha256(drawings(1, 60).map(strokes => prepare(drawn(strokes), wide)))).toBe('4da68b363a3f77b665832249647b124ea8a585ebbcd2ee5464e9376640b5f679')
    expect(sha256(drawings(2, 60).map(strokes => prepare(drawn(strokes, bar), mnist)))).toBe('83dbe363d937b9db706828e6840979a33ad6119c55e19fc796bc89b93a1c4e06')
    expect(sha256(drawings(2, 60).map(strokes => prepare(drawn(strokes, bar), wide)))).toBe('fccd2ef86407b6ec13f0cfde4b0df740662c8987db55de085c6a96da2a779394')
  })

  test('a picture becomes what the terminal makes of it, to the bit', () => {
    for (const base of [pictureOf(five), pictureOf(five, { width: 200, height: 90, ink: 220, paper: 20 })]) {
      const { rgba, width, height } = base
      expect(prepare(drawn([], base), mnist)).toEqual(preprocessDigit(inkOf(rgba, width, height), width, height))
      expect(prepare(drawn([], base), wide)).toEqual(resizePicture(rgba, width, height, wide))
    }
  })

  test('nothing on the paper, and nothing that is ink, become nothing', () => {
    expect(prepare(drawn([]), mnist)).toBeNull()
    expect(prepare(drawn([], pictureOf([])), mnist)).toBeNull()
    expect(stagesOf(drawn([]), mnist, off())).toEqual([])
    expect(stagesOf(drawn([], pictureOf([])), mnist, off())).toEqual([])
  })
})

describe('a step that is left out', () => {
  const small = moved(five, 0.3, 0.05, 0.6) // small, at the lower left
  const prepared = (...steps: readonly PreparationStep[]): Float32Array => prepare(drawn(small), mnist, off(...steps))!

  test('crop: the whole paper is scaled, so the digit stays small', () => {
    const box = boxOf(prepared('crop'))
    expect(Math.max(box.width, box.height)).toBeLessThan(0.3 * 20 + 3)
    expect(Math.max(boxOf(prepared()).width, boxOf(prepared()).height)).toBeGreaterThanOrEqual(19)
  })

  test('scale: the digit is stretched over all 28 pixels in both directions', () => {
    expect(boxOf(prepared('scale'))).toMatchObject({ left: 0, top: 0, width: 28, height: 28 })
    expect(boxOf(prepared('scale', 'thickness'))).toMatchObject({ width: 28, height: 28 })
  })

  test('thickness: lines are as thick as on the paper, enlarged with the digit', () => {
    const inkOf = (image: Float32Array) => image.reduce((a, b) => a + b)
    expect(inkOf(prepared('thickness'))).toBeGreaterThan(1.5 * inkOf(prepared()))
    const usual = moved(five, 0.89) // 0.62 of the paper high: 0.085 of the paper becomes 20 / (0.62 + 0.085) · 0.085 = 2.4 pixels
    const [lines, paper] = [prepare(drawn(usual), mnist)!, prepare(drawn(usual), mnist, off('thickness'))!]
    expect(Math.abs(inkOf(paper) / inkOf(lines) - 1)).toBeLessThan(0.03)
  })

  test('centre: the box stands in the middle, whatever its centre of mass', () => {
    const heavy: readonly Stroke[] = [[{ x: 0.2, y: 0.2 }, { x: 0.2, y: 0.8 }, { x: 0.8, y: 0.8 }]]
    const box = boxOf(prepare(drawn(heavy), mnist, off('centre'))!)
    expect([box.left + box.width / 2, box.top + box.height / 2]).toEqual([14, 14])
    const [x, y] = centreOf(prepare(drawn(heavy), mnist)!)
    for (const at of [x, y]) expect(Math.abs(at - 14.5)).toBeLessThanOrEqual(0.5)
  })

  test('ink: dark counts as ink, with the paper’s shade and whatever lies around', () => {
    const [light, dark] = [pictureOf(five), pictureOf(five, { ink: 230, paper: 30 })]
    expect(prepare(drawn([], dark), mnist)!.every((value, i) => Math.abs(value - prepare(drawn([], light), mnist)![i]!) < 0.01)).toBe(true)
    const asItIs = prepare(drawn([], dark), mnist, off('ink'))!
    expect(boxOf(asItIs)).toMatchObject({ width: 20, height: 20 }) // all of the paper
    expect(asItIs.reduce((a, b) => a + b)).toBeGreaterThan(200)
  })

  test('all of them: the paper as it is, over all of the image', () => {
    const image = prepare(drawn(small), mnist, new Set(preparationSteps))!
    const box = boxOf(image)
    expect(box.left).toBeGreaterThanOrEqual(1)
    expect(box.top + box.height / 2).toBeGreaterThan(17)
  })
})

test('any drawing with any steps left out gives numbers from 0 to 1, and the same as its last stage', () => {
  const point = fc.record({ x: fc.double({ min: -0.3, max: 1.3, noNaN: true }), y: fc.double({ min: -0.3, max: 1.3, noNaN: true }) })
  const base = fc.constantFrom(null, bar, { ...bar, dataset: 'other' }, pictureOf(five), pictureOf(five, { width: 1, height: 1 }), pictureOf([]), pictureOf(five, { width: 300, height: 7 }))
  fc.assert(fc.property(fc.array(fc.array(point, { minLength: 1, maxLength: 6 }), { maxLength: 3 }), base, fc.subarray([...preparationSteps]), fc.constantFrom(mnist, wide), (strokes, below, steps, dataset) => {
    const image = prepare(drawn(strokes, below), dataset, new Set(steps))
    const stages = stagesOf(drawn(strokes, below), dataset, new Set(steps))
    if (!image) return stages.length === 0
    expect(image.every(value => value >= 0 && value <= 1)).toBe(true)
    expect(image).toHaveLength(dataset.shape[1] * dataset.shape[2])
    expect(stages.at(-1)!.image).toEqual(image)
    for (const stage of stages) expect(stage.image).toHaveLength(stage.rows * stage.columns)
    return true
  }), { numRuns: 150, seed: 17 })
})

describe('the stages', () => {
  test('of strokes go from the paper to the numbers, and say what each has done', () => {
    const stages = stagesOf(drawn(moved(five, 0.5)), mnist, off())
    expect(stages.map(({ step }) => step)).toEqual(['raw', 'crop', 'scale', 'thickness', 'centre', 'numbers'])
    const [, crop, scale, thickness] = stages
    // the strokes are 0.41 × 0.7 of half the paper, and the pen's width around them
    expect(crop).toMatchObject({ step: 'crop', width: expect.closeTo(0.205 + pen, 1), height: expect.closeTo(0.35 + pen, 1) })
    expect(scale).toMatchObject({ step: 'scale', rows: 20, across: expect.closeTo(20 / 28 / (0.35 + pen), 1), down: expect.closeTo(20 / 28 / (0.35 + pen), 1) })
    expect(thickness).toMatchObject({ step: 'thickness', to: 2.4, from: expect.closeTo(20 / (0.35 + pen) * pen, 0) })
  })

  test('of a picture tell ink and paper apart first', () => {
    expect(stagesOf(drawn([], pictureOf(five)), mnist, off()).map(({ step }) => step)).toEqual(['raw', 'ink', 'crop', 'scale', 'centre', 'numbers'])
    expect(stagesOf(drawn([], pictureOf(five)), mnist, off())[1]).toMatchObject({ isLight: false })
    expect(stagesOf(drawn([], pictureOf(five, { ink: 230, paper: 30 })), mnist, off())[1]).toMatchObject({ isLight: true })
  })

  test('of an image of the dataset are only its numbers, and of other images than digits only the size changes', () => {
    expect(stagesOf(drawn([], bar), mnist, off()).map(({ step }) => step)).toEqual(['raw', 'numbers'])
    expect(stagesOf(drawn(five), wide, off()).map(({ step }) => step)).toEqual(['raw', 'resize', 'numbers'])
    expect(stagesOf(drawn(five, bar), mnist, off()).map(({ step }) => step)).toEqual(['raw', 'crop', 'scale', 'centre', 'numbers'])
  })

  test('that are left out are marked', () => {
    expect(stagesOf(drawn(five), mnist, off('crop', 'centre')).filter(({ isOff }) => isOff).map(({ step }) => step)).toEqual(['crop', 'centre'])
  })
})

describe('the sensitivity', () => {
  /** A faint line beside a strong one. */
  const faint = (() => {
    const base = pictureOf([[{ x: 0.3, y: 0.2 }, { x: 0.3, y: 0.8 }]])
    for (let y = 24; y < 96; y++) for (let x = 80; x < 88; x++) base.rgba.fill(212, 4 * (y * 120 + x), 4 * (y * 120 + x) + 3) // 9 % of the strong line's difference
    return base
  })()
  const inked = (sensitivity: number) => inkOf(faint.rgba, faint.width, faint.height, sensitivity).reduce((count, value) => count + Number(value > 0), 0)

  test('takes more and more for ink: a faint line only at a high one', () => {
    const counts = Array.from({ length: 21 }, (_, i) => inked(i / 20))
    for (const [i, count] of counts.entries()) if (i > 0) expect(count).toBeGreaterThanOrEqual(counts[i - 1]!)
    expect(counts[10]).toBeLessThan(1000)
    expect(counts[20]).toBeGreaterThan(counts[10]! + 500)
    expect(counts[0]).toBeGreaterThan(300) // the strong line remains
  })

  test('is automatic in its middle', () => {
    expect(inkOf(faint.rgba, 120, 120, 0.5)).toEqual(inkOf(faint.rgba, 120, 120))
  })
})
