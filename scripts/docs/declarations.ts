import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAst } from 'rolldown/parseAst'

/** Something that a module exports. */
export interface Declaration {
  readonly name: string
  /** The text of its doc comment, without stars. */
  readonly says: string
  /** As the source has it, without bodies and private members. */
  readonly text: string
}

type Statement = ReturnType<typeof parseAst>['body'][number]
type Declared = NonNullable<Extract<Statement, { type: 'ExportNamedDeclaration' }>['declaration']>

/** What a module of ours exports, in order, wherever it is declared. */
export function exportsOf(file: string): readonly Declaration[] {
  const source = readFileSync(file, 'utf8')
  return parseAst(source, { lang: 'ts' }).body.flatMap((statement): readonly Declaration[] => {
    if (statement.type !== 'ExportNamedDeclaration') return []
    const { declaration, specifiers, source: from } = statement
    if (declaration !== null) return declarationsOf(source, commentBefore(source, statement.start), declaration)
    if (from === null) return []
    const others = exportsOf(join(file, '..', from.value))
    return specifiers.map(({ exported }) => named(others, source.slice(exported.start, exported.end)))
  })
}

/** The members of a union of object types, as the fields of each. */
export function unionOf(file: string, name: string): readonly ReadonlyMap<string, string>[] {
  const source = readFileSync(file, 'utf8')
  const statement = parseAst(source, { lang: 'ts' }).body.find(
    (node) => node.type === 'ExportNamedDeclaration' && nameOf(node.declaration) === name,
  )
  const declaration = statement?.type === 'ExportNamedDeclaration' ? statement.declaration : null
  if (declaration?.type !== 'TSTypeAliasDeclaration' || declaration.typeAnnotation.type !== 'TSUnionType') {
    throw new Error(`${file} has no union ${name}`)
  }
  return declaration.typeAnnotation.types.map((type) => {
    if (type.type !== 'TSTypeLiteral') throw new Error(`${name} has a member that is no object type`)
    return new Map(
      type.members.flatMap((member): [string, string][] =>
        member.type === 'TSPropertySignature'
          ? [
              [
                source.slice(member.key.start, member.key.end),
                source.slice(member.typeAnnotation?.typeAnnotation.start, member.typeAnnotation?.typeAnnotation.end),
              ],
            ]
          : [],
      ),
    )
  })
}

function named(declarations: readonly Declaration[], name: string): Declaration {
  const found = declarations.find((declaration) => declaration.name === name)
  if (found === undefined) throw new Error(`Nothing declares ${name}`)
  return found
}

function declarationsOf(source: string, says: string, declaration: Declared): readonly Declaration[] {
  const name = nameOf(declaration)
  return name === undefined ? [] : [{ name, says, text: textOf(source, declaration) }]
}

function nameOf(declaration: Declared | null): string | undefined {
  if (declaration === null) return undefined
  if (declaration.type === 'VariableDeclaration') {
    const id = declaration.declarations[0]?.id
    return id?.type === 'Identifier' ? id.name : undefined
  }
  return 'id' in declaration && declaration.id?.type === 'Identifier' ? declaration.id.name : undefined
}

function textOf(source: string, declaration: Declared): string {
  if (declaration.type === 'FunctionDeclaration') return source.slice(declaration.start, declaration.body?.start).trim()
  if (declaration.type !== 'ClassDeclaration') return source.slice(declaration.start, declaration.end)
  const members = declaration.body.body.flatMap((member) => {
    if (member.type !== 'MethodDefinition' || member.key.type === 'PrivateIdentifier') return []
    return [`  ${source.slice(member.start, member.value.body?.start).trim()}`]
  })
  return [source.slice(declaration.start, declaration.body.start + 1), ...members, '}'].join('\n')
}

function commentBefore(source: string, at: number): string {
  const comment = /\/\*\*((?:(?!\*\/)[^])*)\*\/\s*$/.exec(source.slice(0, at))?.[1] ?? ''
  return comment.replaceAll(/^ *\* ?/gm, '').trim()
}
