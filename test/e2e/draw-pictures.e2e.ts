import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Lab, launchLab } from './helpers'
import { goTo, untilReady } from './window'

let lab: Lab
const folder = mkdtempSync(join(tmpdir(), 'backprop-pictures-'))
beforeAll(async () => { lab = await launchLab(); await untilReady(lab.window); await goTo(lab.window, 'Draw') })
afterAll(async () => { await lab.close(); rmSync(folder, { recursive: true }) })

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length, 0)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}

/** A PNG with 4 bytes a pixel: a dark upright line on light paper, which reads as a 1. @param rows fewer than its header says: damaged */
function png(width: number, height: number, rows = height): Buffer {
  const row = Buffer.alloc(1 + 4 * width, 245)
  row[0] = 0 // no filter
  for (let x = 0; x < width; x++) row[4 * x + 4] = 255 // opaque
  const inked = Buffer.from(row)
  for (let x = Math.floor(0.47 * width); x < 0.53 * width; x++) inked.fill(20, 1 + 4 * x, 4 + 4 * x)
  const raw = Buffer.concat(Array.from({ length: rows }, (_, y) => y > 0.2 * height && y < 0.8 * height ? inked : row))
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 6, 0, 0, 0], 8)
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', header), chunk('IDAT', deflateSync(raw, { level: 1 })), chunk('IEND', Buffer.alloc(0))])
}

/** Memory of the windows' processes below this one, in MB */
function memory(): number {
  const statOf = (pid: string, name: string): string => {
    try { return readFileSync(`/proc/${pid}/${name}`, 'utf8') }
    catch { return '' } // it may end meanwhile
  }
  return readdirSync('/proc').filter(name => /^\d+$/.test(name)).reduce((sum, pid) => {
    const command = statOf(pid, 'cmdline')
    return command.includes('--type=renderer') && command.includes(lab.userData) ? sum + Number(/VmRSS:\s+(\d+)/.exec(statOf(pid, 'status'))?.[1] ?? 0) : sum
  }, 0) / 1024
}

async function choose(name: string, content: Uint8Array | string): Promise<void> {
  const path = join(folder, name)
  writeFileSync(path, content)
  await lab.window.locator('.tools input[type=file]').setInputFiles(path)
}
const answer = () => lab.window.locator('.answer .digit').innerText()

test('a picture goes to the paper and is read', async () => {
  await choose('one.png', png(300, 200))
  await expect.poll(answer).toBe('1')
})

test.each([
  ['large.png', png(5001, 5000, 1), /large\.png is too large: 5001×5000/],
  ['long.png', png(10_001, 1), /long\.png is too large: 10001×1/],
  ['empty.png', png(0, 0), /empty\.png is damaged.*0×0/],
  ['text.png', 'a text', /text\.png is not a PNG, JPEG, WebP, BMP picture.*a text/],
  ['animation.gif', 'GIF89a', /animation\.gif is not a PNG, JPEG, WebP, BMP picture; found: GIF/],
] as const)('%s is refused in words, and the paper stays', async (name, content, words) => {
  await choose(name, content)
  await lab.window.getByText(words).first().waitFor()
  expect(await answer()).toBe('1')
})

test('25 million pixels are on the paper within 2 s, and take less than 400 MB', async () => {
  const content = png(5000, 5000)
  await lab.window.locator('.paper canvas').first().press('Delete')
  await lab.window.locator('.answer .waiting').waitFor()
  const before = memory()
  let most = before
  const timer = setInterval(() => { most = Math.max(most, memory()) }, 20)
  const began = performance.now()
  await choose('huge.png', content)
  await lab.window.locator('.answer .digit').waitFor()
  const took = performance.now() - began
  clearInterval(timer)
  console.log(`25 million pixels: ${took.toFixed(0)} ms (bar: 2,000 ms), ${(most - before).toFixed(0)} MB`)
  expect(await answer()).toBe('1')
  expect(took).toBeLessThan(4000) // twice the limit, as a margin for a noisy machine
  expect(most - before).toBeLessThan(400)
})

test('a PNG whose data unpack to far more than its size take no more than its size', async () => {
  const bomb = Buffer.concat([png(300, 200).subarray(0, 33), chunk('IDAT', deflateSync(Buffer.alloc(300_000_000), { level: 9 })), chunk('IEND', Buffer.alloc(0))])
  const before = memory()
  let most = before
  const timer = setInterval(() => { most = Math.max(most, memory()) }, 20)
  await choose('bomb.png', bomb)
  await lab.window.getByText('There is no ink to read here.').waitFor() // all of it is transparent
  clearInterval(timer)
  expect(most - before).toBeLessThan(100)
})
