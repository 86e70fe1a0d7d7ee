import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Plugin } from 'vite'

const folder = resolve(import.meta.dirname, 'core/ops/kernels')
const cache = resolve(import.meta.dirname, '.cache/kernels')
const name = 'virtual:kernels'

const options = ['-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536']
const variants = {
  simd: ['--enable', 'simd,threads', '--use', 'RELAXED=0', '--use', 'WIDE=0'],
  relaxed: ['--enable', 'simd,relaxed-simd,threads', '--use', 'RELAXED=1', '--use', 'WIDE=0'],
  wide: ['--enable', 'simd,relaxed-simd,threads', '--use', 'RELAXED=1', '--use', 'WIDE=1'],
} as const

/** Compiles the AssemblyScript kernels, or reads them from the cache when their sources have not changed. */
async function compile(variant: keyof typeof variants): Promise<Uint8Array> {
  const sources = readdirSync(folder).filter(file => file.endsWith('.ts')).sort()
  const hash = createHash('sha256').update(JSON.stringify([options, variants[variant]]))
  for (const file of sources) hash.update(file).update(readFileSync(join(folder, file)))
  const made = join(cache, `${variant}-${hash.digest('hex').slice(0, 16)}.wasm`)
  if (existsSync(made)) return readFileSync(made)
  const { default: asc } = await import('assemblyscript/asc')
  let bytes: Uint8Array | undefined
  const { error, stderr } = await asc.main(['index.ts', '-o', 'out.wasm', ...options, ...variants[variant]], {
    readFile: file => existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : null,
    writeFile: (_, contents) => { if (typeof contents !== 'string') bytes = contents },
    listFiles: () => [],
  })
  if (error || !bytes) throw new Error(`the kernels do not compile: ${error?.message ?? ''}\n${stderr.toString()}`)
  mkdirSync(cache, { recursive: true })
  writeFileSync(made, bytes)
  return bytes
}

/** `import { simd, relaxed, wide } from 'virtual:kernels'`: the compiled modules as base64, inside the bundle. */
export function kernels(): Plugin {
  return {
    name: 'kernels',
    resolveId: id => id === name ? `\0${name}` : null,
    async load(id) {
      if (id !== `\0${name}`) return null
      for (const file of readdirSync(folder)) this.addWatchFile(join(folder, file))
      const [simd, relaxed, wide] = await Promise.all([compile('simd'), compile('relaxed'), compile('wide')])
      const text = (bytes: Uint8Array): string => JSON.stringify(Buffer.from(bytes).toString('base64'))
      return `export const simd = ${text(simd)}\nexport const relaxed = ${text(relaxed)}\nexport const wide = ${text(wide)}\n`
    },
  }
}
