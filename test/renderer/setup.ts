import { disableAutoUnmount, enableAutoUnmount } from '@vue/test-utils'
import { afterAll, afterEach, vi } from 'vitest'

// The window's page has a doctype, happy-dom's has none: KaTeX would refuse to draw there.
Object.defineProperty(document, 'compatMode', { value: 'CSS1Compat' })

// Files share their modules (vitest.config.ts): what one has mounted is no other's. It is wanted anew for each, since a hook holds for one file.
disableAutoUnmount()
enableAutoUnmount(afterEach)

// A room that is read when it is gone to may still be on its way when a file ends: it would fail then, for all files after it.
afterAll(() => vi.dynamicImportSettled())
