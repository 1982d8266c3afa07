import { Command, Option } from 'commander'
import type { Execute } from '../execute.ts'
import { examples, jsonOption } from '../options.ts'

/** The flags of `restage dag`. */
export interface DagFlags {
  readonly mermaid?: true
  readonly md?: true
  readonly dot?: true
  readonly outs?: true
  readonly full?: true
  readonly collapseForeachMatrix?: true
}

export function dagCommand(execute: Execute): Command {
  const command = new Command('dag')
    .description('Draw the graph of stages: who makes what others need')
    .argument('[target]', 'a stage or an output: only what it depends on; none: the whole project')
    .option('--mermaid', 'as a Mermaid flowchart')
    .option('--md', 'as a Mermaid flowchart in a Markdown block')
    .option('--dot', 'as Graphviz DOT')
    .addOption(jsonOption('nodes and edges'))
    .addOption(new Option('-o, --outs', 'outputs instead of stages').conflicts('collapseForeachMatrix'))
    .option('--full', 'all of the pipelines that the target belongs to')
    .option('--collapse-foreach-matrix', 'one node for each foreach or matrix family')
  examples(command, [
    ['restage dag', 'a tree, from sources down'],
    ['restage dag --md >> README.md', 'a diagram that GitHub draws'],
    ['restage dag --dot | dot -Tsvg > dag.svg', 'a picture'],
    ['restage dag train --full', 'the pipeline around one stage'],
  ])
  return command.action((target: string | undefined, flags: DagFlags) =>
    execute(async (io) => (await import('../actions/dag.ts')).dag(io, target, flags)),
  )
}
