import ts from 'typescript'
import { parse } from 'vue/compiler-sfc'
import { syntaxOf } from './syntax'

/** How far an expression lies below a store: 0 is the store itself, 1 a member of it, 2 a member of that, … */
type Depth = number

/** Names declared in a block: a number for a store (0) or a part of one, null for anything else. */
type Scope = Map<string, Depth | null>

const mutating = new Set(['push', 'pop', 'shift', 'unshift', 'splice', 'sort', 'reverse', 'fill', 'copyWithin', 'set', 'add', 'delete', 'clear'])
/** Methods that return an element of a collection, and methods that pass elements to a callback. */
const reading = new Set(['at', 'get', 'find', 'findLast', 'filter', 'slice', 'values', 'flat', 'concat'])
const iterating = new Set(['forEach', 'map', 'flatMap', 'find', 'findLast', 'filter', 'some', 'every', 'findIndex', 'reduce'])
/** Functions that mutate their first argument. */
const changing = new Set(['Object.assign', 'Object.defineProperty', 'Object.defineProperties', 'Object.setPrototypeOf', 'Reflect.set', 'Reflect.deleteProperty', 'Reflect.defineProperty'])
/** Vue functions that create references to a store's members. */
const referencing = new Set(['storeToRefs', 'toRefs', 'toRef', 'toRaw', 'reactive', 'markRaw'])

/** The names of the stores that a file defines: `const useRun = defineStore(…)`. */
export function storesDefinedIn(source: string): string[] {
  return Array.from(source.matchAll(/\bconst (use\w+) = defineStore\(/g), ([, name]) => name!)
}

/**
 * Every place where a file writes into the state of a store from outside: assignments, `v-model`, `++`, `delete`,
 * mutating methods, `Object.assign`, `$patch` and references made by `storeToRefs`, through other names too.
 * Function parameters are not followed.
 * @param stores names of all stores; those that the file defines itself are left out
 * @returns 'renderer/rooms/DrawRoom.vue:17 sketch.sources.room = \'run\''
 */
export function storeWrites(file: string, source: string, stores: ReadonlySet<string>): string[] {
  if (![...stores].some(name => source.includes(name))) return []
  const own = new Set(storesDefinedIn(source))
  const walk = new Walk(new Set([...stores].filter(name => !own.has(name))))
  if (!file.endsWith('.vue')) {
    walk.script(source, 1)
    return walk.found.map(at => `${file}:${at}`)
  }
  const { descriptor } = parse(source, { filename: file })
  // declarations of a plain script are visible in the setup block and the template
  for (const block of [descriptor.script, descriptor.scriptSetup]) if (block) walk.script(block.content, block.loc.start.line)
  if (descriptor.template?.ast) walk.template(descriptor.template.ast as TemplateNode)
  return walk.found.map(at => `${file}:${at}`)
}

/** The part of Vue's template AST that is needed here; the official type is in a package that the lab does not depend on. */
interface TemplateNode {
  readonly props?: readonly { readonly type: number, readonly name: string, readonly exp?: Expression, readonly forParseResult?: ForParts }[]
  readonly children?: readonly TemplateNode[]
  readonly branches?: readonly TemplateNode[]
  /** An interpolation's expression */
  readonly content?: Expression | string
  readonly type: number
}
interface Expression { readonly content: string, readonly loc: { readonly start: { readonly line: number } } }
interface ForParts { readonly source: Expression, readonly value?: Expression, readonly key?: Expression, readonly index?: Expression }
const directive = 7
const interpolation = 5

class Walk {
  readonly found: string[] = []
  private scopes: Scope[] = [new Map()]
  private source!: ts.SourceFile
  private firstLine = 1

  constructor(private stores: ReadonlySet<string>) {
    for (const name of stores) this.scopes[0]!.set(name, null)
  }

  script(content: string, firstLine: number): void {
    this.read(content, firstLine)
    this.declare(this.source.statements)
    this.source.statements.forEach(statement => this.visit(statement))
  }

  template(node: TemplateNode): void {
    const scope: Scope = new Map()
    this.scopes.push(scope)
    const directives = node.props?.filter(({ type }) => type === directive) ?? []
    // names of v-for and v-slot are in scope for the element and its children
    for (const { name, exp, forParseResult: parts } of directives) {
      if (name === 'for' && parts) {
        const source = this.depthOf(this.expression(parts.source))
        for (const part of [parts.value, parts.key, parts.index]) if (part) this.bindPattern(part, part === parts.value && source !== null ? source + 1 : null)
      }
      if (name === 'slot' && exp) this.bindPattern(exp, null)
    }
    for (const { name, exp } of directives) {
      if (!exp || name === 'for' || name === 'slot') continue
      const expression = this.expression(exp)
      if (name === 'model') this.target(expression, expression, `v-model="${exp.content}"`)
      this.visit(expression)
    }
    if (node.type === interpolation && typeof node.content === 'object') this.visit(this.expression(node.content))
    for (const child of [...node.children ?? [], ...node.branches ?? []]) this.template(child)
    this.scopes.pop()
  }

  private read(content: string, firstLine: number): void {
    this.source = syntaxOf(content)
    this.firstLine = firstLine
  }

  /** @returns the AST of an expression, or of a handler's statements */
  private expression({ content, loc }: Expression): ts.Node {
    this.read(`(${content})`, loc.start.line)
    const [only] = this.source.statements
    // `a = 1; b = 2` is not an expression
    if (this.source.statements.length === 1 && only && ts.isExpressionStatement(only) && !hasErrors(this.source)) return (only.expression as ts.ParenthesizedExpression).expression
    this.read(content, loc.start.line)
    return this.source
  }

  private bindPattern(pattern: Expression, depth: Depth | null): void {
    this.read(`(${pattern.content}) => 0`, pattern.loc.start.line)
    const [statement] = this.source.statements
    const arrow = statement && ts.isExpressionStatement(statement) ? statement.expression : undefined
    if (arrow && ts.isArrowFunction(arrow)) arrow.parameters.forEach(({ name }) => this.bind(name, depth))
  }

  private lookUp(name: string): Depth | null | undefined {
    return this.scopes.findLast(scope => scope.has(name))?.get(name)
  }

  /** Depth of an expression below a store; null when it is not part of one. */
  private depthOf(node: ts.Node): Depth | null {
    if (ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isAwaitExpression(node)) return this.depthOf(node.expression)
    if (ts.isIdentifier(node)) return this.lookUp(node.text) ?? null
    if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) return deeper(this.depthOf(node.expression))
    if (ts.isConditionalExpression(node)) return this.depthOf(node.whenTrue) ?? this.depthOf(node.whenFalse)
    if (ts.isBinaryExpression(node) && [ts.SyntaxKind.QuestionQuestionToken, ts.SyntaxKind.BarBarToken, ts.SyntaxKind.AmpersandAmpersandToken].includes(node.operatorToken.kind)) return this.depthOf(node.left) ?? this.depthOf(node.right)
    if (!ts.isCallExpression(node)) return null
    const { expression: called, arguments: [first] } = node
    if (ts.isIdentifier(called) && this.stores.has(called.text) && this.lookUp(called.text) === null) return 0
    if (ts.isIdentifier(called) && referencing.has(called.text) && first) return called.text === 'toRef' && node.arguments.length > 1 ? deeper(this.depthOf(first)) : this.depthOf(first)
    if (ts.isPropertyAccessExpression(called) && reading.has(called.name.text)) {
      const depth = this.depthOf(called.expression)
      return depth ? depth + 1 : null // a method of the store itself is an action
    }
    return null
  }

  /** The declarations of one block, before anything in it is read: functions above may use them. */
  private declare(statements: readonly ts.Statement[]): void {
    for (const statement of statements) {
      if (ts.isImportDeclaration(statement)) this.importNames(statement)
      else if (ts.isVariableStatement(statement)) statement.declarationList.declarations.forEach(declaration => this.bindDeclaration(declaration))
      else if ((ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.name) this.scopes.at(-1)!.set(statement.name.text, null)
    }
  }

  private importNames({ importClause }: ts.ImportDeclaration): void {
    const bindings = importClause?.namedBindings
    if (!bindings || !ts.isNamedImports(bindings)) return
    for (const { name, propertyName } of bindings.elements) if (propertyName && this.stores.has(propertyName.text)) this.stores = new Set([...this.stores, name.text])
    for (const { name } of bindings.elements) this.scopes.at(-1)!.set(name.text, null)
  }

  private bindDeclaration({ name, initializer, type }: ts.VariableDeclaration | ts.ParameterDeclaration): void {
    this.bind(name, this.typedAsStore(type) ? 0 : initializer ? this.depthOf(initializer) : null)
  }

  /** `ReturnType<typeof useRun>` */
  private typedAsStore(type: ts.TypeNode | undefined): boolean {
    const query = type && ts.isTypeReferenceNode(type) && type.typeName.getText() === 'ReturnType' ? type.typeArguments?.[0] : undefined
    return query !== undefined && ts.isTypeQueryNode(query) && this.stores.has(query.exprName.getText())
  }

  private bind(name: ts.BindingName, depth: Depth | null): void {
    if (ts.isIdentifier(name)) this.scopes.at(-1)!.set(name.text, depth)
    else for (const element of name.elements) if (!ts.isOmittedExpression(element)) this.bind(element.name, element.dotDotDotToken ? depth : deeper(depth))
  }

  private visit(node: ts.Node): void {
    if (ts.isFunctionLike(node)) return this.visitFunction(node, null)
    if (ts.isBlock(node) || ts.isModuleBlock(node)) return this.within(() => { this.declare(node.statements); ts.forEachChild(node, child => this.visit(child)) })
    if (ts.isCaseBlock(node)) return this.within(() => { node.clauses.forEach(({ statements }) => this.declare(statements)); ts.forEachChild(node, child => this.visit(child)) })
    if (ts.isForOfStatement(node) || ts.isForInStatement(node) || ts.isForStatement(node)) return this.within(() => this.visitLoop(node))
    if (ts.isBinaryExpression(node) && node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment && node.operatorToken.kind <= ts.SyntaxKind.LastAssignment) this.assignment(node)
    else if ((ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) && [ts.SyntaxKind.PlusPlusToken, ts.SyntaxKind.MinusMinusToken].includes(node.operator)) this.target(node.operand, node)
    else if (ts.isDeleteExpression(node)) this.target(node.expression, node)
    else if (ts.isCallExpression(node) && this.visitCall(node)) return
    ts.forEachChild(node, child => this.visit(child))
  }

  private within(work: () => void): void {
    this.scopes.push(new Map())
    work()
    this.scopes.pop()
  }

  /** @param depth of the parameters: what a store's collection hands to a callback is the store's */
  private visitFunction(node: ts.SignatureDeclaration, depth: Depth | null): void {
    this.within(() => {
      node.parameters.forEach((parameter) => { if (depth === null) this.bindDeclaration(parameter); else this.bind(parameter.name, depth) })
      ts.forEachChild(node, child => this.visit(child))
    })
  }

  private visitLoop(node: ts.ForStatement | ts.ForInOrOfStatement): void {
    const { initializer } = node
    if (initializer && ts.isVariableDeclarationList(initializer)) {
      const depth = ts.isForOfStatement(node) ? deeper(this.depthOf(node.expression)) : null
      initializer.declarations.forEach((declaration) => { if (ts.isForOfStatement(node)) this.bind(declaration.name, depth); else this.bindDeclaration(declaration) })
    }
    else if (initializer && !ts.isForStatement(node)) this.target(initializer, initializer)
    ts.forEachChild(node, child => this.visit(child))
  }

  private assignment(node: ts.BinaryExpression): void {
    this.target(node.left, node)
    // let run; run = useRun()
    const depth = this.depthOf(node.right)
    if (ts.isIdentifier(node.left) && depth !== null) this.scopes.findLast(scope => scope.has((node.left as ts.Identifier).text))?.set(node.left.text, depth)
  }

  /** Reports what is written to when it is part of a store. @param text of the report, left out: the source's */
  private target(node: ts.Node, whole: ts.Node, text?: string): void {
    if (ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node) || ts.isAsExpression(node) || ts.isSpreadElement(node) || ts.isSpreadAssignment(node)) return this.target(node.expression, whole, text)
    if (ts.isArrayLiteralExpression(node)) return node.elements.forEach(element => this.target(element, whole, text))
    if (ts.isObjectLiteralExpression(node)) return node.properties.forEach((property) => { this.target(ts.isPropertyAssignment(property) ? property.initializer : property, whole, text) })
    if (ts.isBinaryExpression(node)) return this.target(node.left, whole, text) // [store.x = 1] = …
    const path = ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)
    // a name alone is a variable; only v-model writes through it
    if ((path && this.depthOf(node.expression) !== null) || (text && ts.isIdentifier(node) && this.depthOf(node) !== null)) this.report(whole, text)
  }

  /** @returns whether the call's parts have been visited already */
  private visitCall(node: ts.CallExpression): boolean {
    const { expression: called, arguments: [first] } = node
    if (first && changing.has(called.getText()) && this.depthOf(first) !== null) this.report(node)
    if (!ts.isPropertyAccessExpression(called)) return false
    const depth = this.depthOf(called.expression)
    if (depth === null) return false
    if (depth === 0 ? called.name.text === '$patch' || called.name.text === '$reset' : mutating.has(called.name.text)) this.report(node)
    if (depth === 0 || !iterating.has(called.name.text)) return false
    this.visit(called)
    for (const argument of node.arguments) {
      if (ts.isArrowFunction(argument) || ts.isFunctionExpression(argument)) this.visitFunction(argument, depth + 1)
      else this.visit(argument)
    }
    return true
  }

  private report(node: ts.Node, text = node.getText()): void {
    const { line } = this.source.getLineAndCharacterOfPosition(node.getStart())
    this.found.push(`${this.firstLine + line} ${text.replace(/\s+/g, ' ')}`)
  }
}

const deeper = (depth: Depth | null): Depth | null => depth === null ? null : depth + 1
const hasErrors = (source: ts.SourceFile): boolean => (source as unknown as { readonly parseDiagnostics: readonly unknown[] }).parseDiagnostics.length > 0
