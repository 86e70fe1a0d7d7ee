import { type Texts, texts } from '@contract'
import { describe, expect, test } from 'vitest'

const files = import.meta.glob<string>('../../renderer/**/*.{vue,ts}', { query: '?raw', import: 'default', eager: true })
const has = (key: string) => typeof key.split('.').reduce<string | Texts | undefined>((node, part) => typeof node === 'object' ? node[part] : undefined, texts.en) === 'string'

/** Literal keys in the code; the panels' own tests cover computed keys. */
const keysIn = (code: string) => [...code.matchAll(/\b(?:t|done)\((?:[^()'`]*\? )?'([a-z]\w*(?:\.\w+)+)'/g)].map(match => match[1]!)

describe('the window’s code', () => {
  test('is complete', () => {
    expect(Object.keys(files).length).toBeGreaterThan(40)
  })

  test('uses only existing sentences', () => {
    const missing = Object.entries(files).flatMap(([file, code]) => keysIn(code).filter(key => !has(key)).map(key => `${file}: ${key}`))
    expect(missing).toEqual([])
    expect(Object.values(files).flatMap(keysIn).length).toBeGreaterThan(60)
  })

  // Vue removes a space at the edge of an element or template: “y[0]and 2 more”.
  test('starts no part of a sentence with a space that is not rendered', () => {
    expect(Object.entries(files).flatMap(([file, code]) => [...code.matchAll(/<template[^>]*> +\{\{/g)].map(() => file))).toEqual([])
  })

  test('has no literal sentence in a template', () => {
    const hangulOrKana = Object.entries(files).filter(([, code]) => /[가-힣ぁ-んァ-ン]/.test(code)).map(([file]) => file)
    expect(hangulOrKana).toEqual([])
  })
})
