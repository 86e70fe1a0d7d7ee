import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const renderer = resolve(import.meta.dirname, '../../../renderer')

interface Rule { readonly selector: string, readonly scope: string | null, readonly weight: number, readonly declarations: ReadonlyMap<string, string> }

/** The window's own style sheets, evaluated as far as the canvas needs: declarations, inheritance, variables and mixed colours. */
export class Cascade {
  readonly #rules: Rule[] = []

  /** @param scopeOf returns, for a component's name, the scope attribute of its elements */
  constructor(theme: 'light' | 'dark', scopeOf: (component: string) => string) {
    const [light = '', dark = ''] = readFileSync(join(renderer, 'styles/tokens.css'), 'utf8').split(':root[data-theme="dark"]')
    this.#read(light, null)
    if (theme === 'dark') this.#read(`:root ${dark}`, null)
    this.#read(readFileSync(join(renderer, 'styles/base.css'), 'utf8'), null)
    const folder = join(renderer, 'graph/canvas')
    this.#read(readFileSync(join(folder, 'canvas.css'), 'utf8'), null)
    for (const name of readdirSync(folder).filter(name => name.endsWith('.vue'))) {
      const style = /<style scoped>([^]*)<\/style>/.exec(readFileSync(join(folder, name), 'utf8'))?.[1]
      if (style) this.#read(style, scopeOf(name.slice(0, -4)))
    }
  }

  #read(css: string, scope: string | null) {
    for (const [, selectors = '', body = ''] of css.replaceAll(/\/\*[^]*?\*\//g, '').matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
      const declarations = new Map(body.split(';').map(each => each.split(/:(.*)/s).map(part => part.trim())).filter(([name, value]) => name && value).map(([name, value]) => [name!, value!]))
      const font = /^(?:(\d+) )?(\S+)\/(\S+) /.exec(declarations.get('font') ?? '')
      if (font) declarations.set('font-size', font[2]!).set('font-weight', font[1] ?? '400')
      for (const selector of selectors.split(/,(?![^(]*\))/).map(each => each.trim()))
        if (!/:(?:hover|focus|deep|before|after|:)|^@/.test(selector)) this.#rules.push({ selector, scope, weight: (scope ? 1 : 0) + (selector.match(/\.|\[|:root/g)?.length ?? 0), declarations })
    }
  }

  /** The rules that match an element, the most specific last; cached, since an element does not change meanwhile. */
  readonly #matched = new Map<Element, readonly Rule[]>()
  #rulesOf(element: Element): readonly Rule[] {
    const known = this.#matched.get(element)
    if (known) return known
    const rules = this.#rules.filter(({ selector, scope }) => (scope === null || element.hasAttribute(scope)) && element.matches(selector)).sort((a, b) => a.weight - b.weight)
    this.#matched.set(element, rules)
    return rules
  }

  /** Clears the cache of elements. */
  clear() { this.#matched.clear() }

  #declared(element: Element, property: string): string | null {
    return this.#rulesOf(element).findLast(({ declarations }) => declarations.has(property))?.declarations.get(property) ?? null
  }

  #inherited(element: Element | null, property: string): string {
    for (let at = element; at; at = at.parentElement) {
      const value = this.#declared(at, property)
      if (value !== null && value !== 'inherit') return this.#resolved(at, value)
    }
    return ''
  }

  #resolved(element: Element, value: string): string {
    const plain = value.replaceAll(/var\((--[\w-]+)\)/g, (_, name: string) => this.#inherited(element, name))
    return plain.replace(/^color-mix\(in srgb, (#\w+) (\d+)%, (#\w+)\)$/, (_, a: string, share: string, b: string) => mixed(a, b, Number(share) / 100))
  }

  /** Computed value of an inherited property. */
  of(element: Element, property: 'color' | 'fill' | 'font-size' | 'font-weight' | 'font-family' | 'font-style'): string { return this.#inherited(element, property) }

  /** Value declared on the element itself. */
  own(element: Element, property: string): string | null {
    const value = this.#declared(element, property)
    return value === null ? null : this.#resolved(element, value)
  }
}

function mixed(a: string, b: string, share: number): string {
  const part = (colour: string, i: number) => Number.parseInt(colour.slice(1 + 2 * i, 3 + 2 * i), 16)
  return `#${[0, 1, 2].map(i => Math.round(part(a, i) * share + part(b, i) * (1 - share)).toString(16).padStart(2, '0')).join('')}`
}
