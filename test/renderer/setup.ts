import { disableAutoUnmount, enableAutoUnmount } from '@vue/test-utils'
import { afterAll, afterEach, vi } from 'vitest'

// The window's page has a doctype, happy-dom's page has none, and KaTeX would refuse to render there.
Object.defineProperty(document, 'compatMode', { value: 'CSS1Compat' })

// Test files share their modules (vitest.config.ts), so each unmounts what it has mounted. Registered again for each file, since a hook belongs to one file.
disableAutoUnmount()
enableAutoUnmount(afterEach)

// A lazily loaded room may still be loading when a test file ends; it would then fail for all later files.
afterAll(() => vi.dynamicImportSettled())
