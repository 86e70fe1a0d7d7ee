import { config, disableAutoUnmount, enableAutoUnmount } from '@vue/test-utils'
import { afterAll, afterEach, vi } from 'vitest'

// The window's page has a doctype, happy-dom's page has none, and KaTeX would refuse to render there.
Object.defineProperty(document, 'compatMode', { value: 'CSS1Compat' })

// Test files share their modules (vitest.config.ts), so each unmounts what it has mounted. Registered again for each file, since a hook belongs to one file.
disableAutoUnmount()
enableAutoUnmount(afterEach)

// What Vue warns of is a fault: a prop that is missing or of another type, an unknown component.
const warnings: string[] = []
config.global.config.warnHandler = (message, _, trace) => { warnings.push(`${message}\n${trace}`.slice(0, 2000)) }
afterEach(() => {
  const [first] = warnings.splice(0)
  if (first !== undefined) throw new TypeError(`Vue warns: ${first}`)
})

// A lazily loaded room may still be loading when a test file ends; it would then fail for all later files.
afterAll(() => vi.dynamicImportSettled())
