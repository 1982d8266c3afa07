import type { Problem } from '../base/problem.ts'
import { failed, ok, type Result } from '../base/result.ts'
import { safeSettings } from './safe-config.ts'

/** Which commit (40 hex digits) a branch, tag or commit `rev` of the repository at `url` is now; without `rev`, its default
 * branch. `refsOf` asks the repository, see `listRefs`, so nothing is fetched. `root`: the project's; relative paths start
 * there. `known`: a full commit that `rev` may be the beginning of. Problems: REPO_UNREACHABLE, REVISION_MISSING. */
export async function remoteRevision(
  root: string,
  { url, rev, known }: { readonly url: string; readonly rev: string | undefined; readonly known: string | undefined },
  refsOf: (root: string, url: string) => ReturnType<typeof listRefs>,
): Promise<Result<string>> {
  if (rev !== undefined && /^[0-9a-f]{40}$/.test(rev)) return ok(rev)
  if (rev !== undefined && /^[0-9a-f]{7,39}$/.test(rev) && known?.startsWith(rev)) return ok(known)
  const refs = await refsOf(root, url)
  if (!refs.ok) return refs
  // In the order of git's own look-up (gitrevisions(7)); of an annotated tag the commit counts.
  const names = rev === undefined ? ['HEAD'] : [rev, `refs/tags/${rev}^{}`, `refs/tags/${rev}`, `refs/heads/${rev}`]
  const found = names.map((name) => refs.value.get(name)).find((commit) => commit !== undefined)
  return found === undefined ? failed(revisionMissing(url, rev ?? 'HEAD')) : ok(found)
}

/** What `git ls-remote` says of a repository: name of a ref → commit. */
export async function listRefs(root: string, url: string): Promise<Result<ReadonlyMap<string, string>>> {
  // Not simple-git: it takes away the variables by which people tell git of proxies, certificates and keys.
  const { execa } = await import('execa')
  const settings = safeSettings.flatMap((setting) => ['-c', setting])
  const done = await execa('git', [...settings, 'ls-remote', '--', url], {
    cwd: root,
    reject: false,
    stdin: 'ignore',
    env: { GIT_TERMINAL_PROMPT: '0' }, // nobody is there to type a password
  })
  if (done.exitCode !== 0)
    return failed(repoUnreachable(url, done.stderr.trim().split('\n')[0] || done.shortMessage || ''))
  return ok(new Map(done.stdout.split('\n').map((line) => [line.slice(41), line.slice(0, 40)])))
}

function repoUnreachable(url: string, detail: string): Problem {
  return {
    code: 'REPO_UNREACHABLE',
    severity: 'error',
    message: `Git repository \`${withoutPassword(url)}\` cannot be asked for its revisions: ${withoutPassword(detail)}`,
    hint: 'See that `git ls-remote` works there without a question',
  }
}

function revisionMissing(url: string, rev: string): Problem {
  return {
    code: 'REVISION_MISSING',
    severity: 'error',
    message: `Git repository \`${withoutPassword(url)}\` has no revision \`${rev}\``,
    hint: 'Name a branch, a tag or a whole commit id',
  }
}

function withoutPassword(text: string): string {
  return text.replace(/(\w:\/\/[^/@:\s]*):[^@/\s]+@/g, '$1:***@')
}
