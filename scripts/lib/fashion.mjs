import { existsSync } from 'node:fs'
import { say } from './log.mjs'
import { aptInstall, inPath } from './system.mjs'

/** Where Debian's package dataset-fashion-mnist puts its four files. */
export const fashionFolder = '/usr/share/datasets/fashion-mnist'

/** @typedef {{ there: () => boolean, mayInstall: boolean, install: () => Promise<boolean> }} FashionSource */

/** @type {FashionSource} */
const debian = {
  there: () => existsSync(fashionFolder),
  mayInstall: process.platform === 'linux' && process.getuid?.() === 0 && inPath('apt-get'),
  install: () => aptInstall('Fashion-MNIST for the tests (apt-get)', ['dataset-fashion-mnist']),
}

/**
 * Provides Fashion-MNIST for the tests of imported datasets, where a package can be installed. Elsewhere its test is skipped.
 * @param {FashionSource} source
 */
export async function provideFashion({ there, mayInstall, install } = debian) {
  if (there() || (mayInstall && await install() && there())) return true
  say('the test with Fashion-MNIST is skipped; on Debian: sudo apt-get install dataset-fashion-mnist')
  return false
}
