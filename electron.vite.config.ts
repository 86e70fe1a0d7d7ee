import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'
import { alias } from './alias.config.ts'
import { channelNames } from './channels.config.ts'
import { kernels } from './kernels.config.ts'
import { languages } from './languages.config.ts'
import { fileName, licenses } from './licenses.config.ts'

const at = (path: string): string => resolve(import.meta.dirname, path)

/** Writes the licence notices of the bundled packages next to the bundles. */
const license = { fileName }

/** A file of the contract is bundled only where one of its exports is used: the window and the threads do without its schemas. */
const treeshake = { moduleSideEffects: [{ test: /[\\/]electron[\\/]contract[\\/]/, sideEffects: false }] }

/** KaTeX offers each font in three formats; Chromium uses the first. */
const woff2Alone = {
  name: 'woff2-alone',
  enforce: 'pre' as const,
  transform: (code: string, id: string) => /[\\/]katex[\\/]dist[\\/].*\.css/.test(id) ? code.replace(/,url\([^)]*\.(?:woff|ttf)\) format\("\w+"\)/g, '') : null,
}

// The build targets Electron 33, the oldest supported runtime; the electron package from npm is newer.
export default defineConfig({
  main: {
    resolve: { alias },
    plugins: [kernels(), languages(), licenses()],
    build: {
      target: 'node20.18',
      outDir: 'out/main',
      license,
      minify: true, // halves the time to load it
      externalizeDeps: false,
      rolldownOptions: { input: { index: at('electron/main/index.ts'), cli: at('electron/cli/index.ts') }, external: ['electron'], treeshake },
    },
  },
  preload: {
    resolve: { alias },
    plugins: [channelNames(), licenses()],
    build: {
      target: 'node20.18',
      outDir: 'out/preload',
      license,
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: at('electron/preload/index.ts') },
        external: ['electron'],
        output: { format: 'cjs', entryFileNames: '[name].cjs' }, // a sandboxed preload script must be a single CommonJS file
      },
    },
  },
  renderer: {
    root: at('renderer'),
    resolve: { alias },
    plugins: [vue(), woff2Alone, licenses()],
    build: {
      target: 'chrome130',
      outDir: at('out/renderer'),
      license,
      minify: true,
      assetsInlineLimit: 0, // the content security policy allows no font from a data: URL
      rolldownOptions: {
        input: { index: at('renderer/index.html') },
        treeshake,
        // The first screen loads a single file: each additional one costs a round trip through the main process.
        output: { codeSplitting: { groups: [{ name: 'vite', test: /preload-helper/ }, { name: 'first', test: /renderer[\\/]main\.ts$/ }] } },
      },
    },
  },
})
