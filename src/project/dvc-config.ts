/** The settings of `.dvc/config` and its three other levels that a runner needs, merged and typed.
 * Paths are absolute. Rules: DVC's `config.py`, `config_schema.py`. */
export interface DvcConfig {
  /** `core.no_scm`: no git ignore filter, no ignore lines. */
  readonly noScm: boolean
  readonly autostage: boolean
  /** `core.hardlink_lock`: another lock flavour, which we refuse to mix with. */
  readonly hardlinkLock: boolean
  readonly interactive: boolean
  readonly defaultRemote: string | undefined
  readonly cacheDir: string
  /** In order of preference. */
  readonly cacheTypes: readonly LinkType[]
  readonly cacheShared: 'group' | undefined
  readonly parsing: { readonly bool: 'store_true' | 'boolean_optional'; readonly list: 'nargs' | 'append' }
  /** By lower-cased name; options as written, `url` made absolute when it is a local path. */
  readonly remotes: ReadonlyMap<string, ReadonlyMap<string, string>>
}

export type LinkType = 'reflink' | 'hardlink' | 'symlink' | 'copy'
