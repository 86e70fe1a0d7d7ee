import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fileOf, headers, sameOrigin, serve } from '../../../electron/main/protocol'
import { newFolder } from './folder'

const folder = '/lab/out/renderer'

describe('app:// addresses', () => {
  test('name files of the window', () => {
    expect(fileOf('app://lab/', folder)).toBe(`${folder}/index.html`)
    expect(fileOf('app://lab/index.html?x=1#draw', folder)).toBe(`${folder}/index.html`)
    expect(fileOf('app://lab/assets/index-1a.js', folder)).toBe(`${folder}/assets/index-1a.js`)
  })

  test.each(['app://lab/../main/index.js', 'app://lab/%2e%2e/main/index.js', 'app://lab/assets/../../../main/index.js'])('%s stays inside', (address) => {
    expect(fileOf(address, folder)).toBe(`${folder}/main/index.js`)
  })

  test.each([
    'app://lab/%2e%2e%2fmain/index.js',
    'app://lab/assets/..%2f..%2f..%2fmain/index.js',
    'app://lab/..%5cmain/index.js',
    'app://lab//etc/passwd',
    'app://lab/%2fetc/passwd',
    'app://lab/index.html%00.js',
    'app://lab/%',
    'app://other/index.html',
    'app:///index.html',
    'file:///lab/out/renderer/index.html',
    'https://lab/index.html',
    'app://lab/package.toml',
    'app://lab/assets',
    'nonsense',
  ])('do not leave the folder: %s', (address) => {
    expect(fileOf(address, folder)).toBeNull()
  })

  test('a sibling folder whose name begins alike is outside', () => {
    expect(fileOf('app://lab/..%2frenderer-secret/a.js', folder)).toBeNull()
  })
})

describe('a served file', () => {
  const page = (): string => {
    const folder = newFolder()
    mkdirSync(join(folder, 'assets'))
    writeFileSync(join(folder, 'index.html'), '<p>lab</p>')
    return folder
  }

  test('has its type and the headers', async () => {
    const response = await serve({ url: 'app://lab/index.html', method: 'GET' }, page())
    expect([response.status, await response.text()]).toEqual([200, '<p>lab</p>'])
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    for (const [name, value] of Object.entries(headers)) expect(response.headers.get(name)).toBe(value)
  })

  // @source IANA's list of media types; under nosniff, scripts, styles and fonts of another type are blocked
  test.each([
    ['a.html', 'text/html; charset=utf-8'], ['a.js', 'text/javascript; charset=utf-8'], ['a.css', 'text/css; charset=utf-8'], ['a.json', 'application/json'],
    ['a.svg', 'image/svg+xml'], ['a.png', 'image/png'], ['a.woff2', 'font/woff2'], ['a.wasm', 'application/wasm'],
  ])('%s is served as %s', async (name, type) => {
    const folder = page()
    writeFileSync(join(folder, 'assets', name), 'x')
    const response = await serve({ url: `app://lab/assets/${name}`, method: 'GET' }, folder)
    expect([response.status, response.headers.get('content-type')]).toEqual([200, type])
  })

  test('has exactly these headers: the window needs no WebAssembly and no isolation for precise timers', () => {
    expect(headers).toEqual({
      'Content-Security-Policy': 'default-src \'none\'; script-src \'self\'; style-src \'self\'; img-src \'self\' data: blob:; font-src \'self\'; connect-src \'self\'; worker-src \'self\'; base-uri \'none\'; form-action \'none\'; frame-ancestors \'none\'',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'X-Content-Type-Options': 'nosniff',
    })
  })

  test.each([['GET', 'app://lab/missing.js'], ['GET', 'app://lab/assets/'], ['POST', 'app://lab/index.html'], ['GET', 'app://lab/../index.html%00.html']])('%s %s is not found, under the same policy', async (method, url) => {
    const response = await serve({ url, method }, page())
    expect(response.status).toBe(404)
    expect(response.headers.get('content-security-policy')).toBe(headers['Content-Security-Policy'])
  })
})

test.each([
  ['app://lab/index.html#lab', 'app://lab/index.html', true],
  ['http://localhost:5173/x', 'http://localhost:5173/', true],
  ['http://localhost:5174/', 'http://localhost:5173/', false],
  ['app://lab.evil/index.html', 'app://lab/index.html', false],
  ['https://lab/index.html', 'app://lab/index.html', false],
  ['app://user@lab/index.html', 'app://lab/index.html', false],
  ['app://:secret@lab/index.html', 'app://lab/index.html', false],
  ['about:blank', 'app://lab/index.html', false],
  ['', 'app://lab/index.html', false],
])('%j and %j have the same origin: %j', (one, other, same) => {
  expect(sameOrigin(one, other)).toBe(same)
})
