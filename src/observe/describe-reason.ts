import { showControls } from '../base/terminal-text.ts'
import { unreachable } from '../base/unreachable.ts'
import type { Reason } from '../plan/reasons.ts'
import { conditionText } from './describe-end.ts'

/** A reason in a few words, on one line: `params.yaml:lr 0.1 → 0.2`. `shown` turns a stage's address as seen from the
 * root into the one to show. */
export function describeReason(reason: Reason, shown: (address: string) => string = (address) => address): string {
  return showControls(words(reason, shown))
}

function words(reason: Reason, shown: (address: string) => string): string {
  const path = reason.path ?? ''
  switch (reason.code) {
    case 'dep.modified':
      return `${path} changed`
    case 'dep.deleted':
      return `${path} is missing`
    case 'dep.update_available':
      return `${path} has a newer revision`
    case 'dep.not_in_sync':
      return `${path} is not as dvc.lock has it`
    case 'param.new':
      return reason.key === undefined ? `params of ${path} were never recorded` : `${path}:${reason.key} is new`
    case 'param.changed':
      return `${path}:${reason.key ?? ''} ${short(reason.before)} → ${short(reason.after)}`
    case 'param.deleted':
      return `${path}:${reason.key ?? ''} is gone`
    case 'cmd.changed':
      return 'its command changed'
    case 'definition.changed':
      return 'its definition changed'
    case 'out.missing':
      return `output ${path} is missing`
    case 'out.modified':
      return `output ${path} changed`
    case 'out.not_in_cache':
      return `output ${path} is not in cache`
    case 'lock.missing':
      return 'nothing is recorded of it'
    case 'always_changed':
      return 'it always runs'
    case 'upstream.ran':
      return `${shown(reason.stage ?? '')} ${path === '' ? 'runs before it' : `may change ${path}`}`
    case 'forced':
      return 'asked for by force'
    case 'condition.unmet':
      return `its condition is not met: ${conditionText({ text: reason.condition ?? '', found: reason.after ?? '' })}`
    case 'condition.open':
      return `only if ${reason.condition ?? ''}, as ${shown(reason.stage ?? '')} leaves it`
    default:
      return unreachable(reason.code)
  }
}

const longest = 40

function short(text = ''): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}
