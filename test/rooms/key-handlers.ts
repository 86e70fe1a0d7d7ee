import ts from 'typescript'
import { parse, type SFCTemplateBlock } from 'vue/compiler-sfc'
import { syntaxOf } from './syntax'

type TemplateNode = NonNullable<SFCTemplateBlock['ast']>['children'][number]
type Prop = Extract<TemplateNode, { props: unknown }>['props'][number]
type Directive = Extract<Prop, { modifiers: unknown }>

/** Something in a source that reacts to keys, or promises that a key does something. */
export interface KeyHandler {
  readonly what: string
  /** The function that a template calls, as it is written there; omitted elsewhere */
  readonly handler?: string
}

const eventName = /^key(?:down|up|press)$/
const propertyName = /^on-?key(?:down|up|press)/i
/** Composables that listen to keys, and Electron's ways around the menu */
const listeners = new Set(['onKeyStroke', 'onKeyDown', 'onKeyUp', 'onKeyPressed', 'useMagicKeys', 'globalShortcut'])

/** Every key handler of a file: a script, or the scripts and the template of a component. */
export function keyHandlersOf(file: string, source: string): readonly KeyHandler[] {
  if (!file.endsWith('.vue')) return ofScript(source)
  const { descriptor } = parse(source, { filename: file })
  const scripts = [descriptor.script, descriptor.scriptSetup].flatMap(block => block ? ofScript(block.content) : [])
  return [...scripts, ...descriptor.template?.ast?.children.flatMap(ofNode) ?? []]
}

function ofScript(source: string): KeyHandler[] {
  const found: KeyHandler[] = []
  const visit = (node: ts.Node): void => {
    const name = ts.isStringLiteralLike(node) || ts.isIdentifier(node) ? node.text : ''
    if (ts.isStringLiteralLike(node) ? eventName.test(name) || propertyName.test(name) || name === 'before-input-event' : propertyName.test(name) || listeners.has(name)) found.push({ what: name })
    if ((ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node)) && node.name.getText() === 'accelerator') found.push({ what: `accelerator${ts.isPropertyAssignment(node) ? `: ${node.initializer.getText()}` : ''}` })
    ts.forEachChild(node, visit)
  }
  visit(syntaxOf(source))
  return found
}

function ofNode(node: TemplateNode): KeyHandler[] {
  if (!('props' in node)) return []
  return [...node.props.flatMap(prop => 'modifiers' in prop ? ofDirective(prop) : ofAttribute(prop)), ...node.children.flatMap(ofNode)]
}

/** A key that a template writes down itself may differ from the table's. */
const ofAttribute = ({ name, value }: Exclude<Prop, Directive>): KeyHandler[] =>
  ['aria-keyshortcuts', 'accesskey', 'shortcut'].includes(name) || propertyName.test(name) ? [{ what: `${name}="${value?.content ?? ''}"` }] : []

function ofDirective({ name, arg, exp }: Directive): KeyHandler[] {
  const argument = arg && 'isStatic' in arg && arg.isStatic ? arg.content : null
  const expression = exp?.loc.source ?? ''
  if (name === 'on' && argument !== null) return eventName.test(argument) ? [{ what: `@${argument}`, handler: expression }] : []
  if (name === 'on' || (name === 'bind' && argument === null)) return arg || /key(?:down|up|press)/i.test(expression) ? [{ what: `v-${name}="${expression}"` }] : []
  if (name !== 'bind' || argument === null) return []
  if (propertyName.test(argument)) return [{ what: `:${argument}`, handler: expression }]
  if (argument.endsWith('-key-code')) return expression === 'null' ? [] : [{ what: `:${argument}="${expression}"` }] // Vue Flow's own keys
  if (argument === 'accesskey' || (argument === 'aria-keyshortcuts' && !/^(?:command && )?ariaKeysOf\(/.test(expression))) return [{ what: `:${argument}="${expression}"` }]
  return []
}

/**
 * Whether a template's handler is one of a widget: made by `onWidgetKeys`, which hands it the keys of its pattern alone and none while
 * a word is composed. It is made in the file itself, or in the composable that it comes from: `escape` or `field.escape`.
 * @param sources all files of the window by their path
 */
export function isOfWidget(source: string, handler: string, sources: Readonly<Record<string, string>>): boolean {
  const [, owner, name] = /^(?:(\w+)\.)?(\w+)(?:\(\$event\b[^)]*\))?$/.exec(handler) ?? []
  if (name === undefined) return false
  const made = new RegExp(`\\bconst ${name} = onWidgetKeys\\(`)
  if (owner === undefined && made.test(source)) return true
  const composable = new RegExp(`\\bconst ${owner ?? `\\{[^}]*\\b${name}\\b[^}]*\\}`} = (use\\w+)\\(`).exec(source)?.[1]
  return composable !== undefined && Object.entries(sources).some(([file, text]) => file.endsWith(`/${composable}.ts`) && made.test(text))
}
