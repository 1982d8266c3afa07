import type { ConfigValue } from './config-tree.ts'

/** What a config option accepts: `undefined` if `value` is right, else what was expected, as in "must be …". */
export type ValueCheck = (value: ConfigValue) => string | undefined

/** Options of one section by name. */
export type SectionSchema = Readonly<Record<string, ValueCheck>>

const text: ValueCheck = (value) =>
  typeof value === 'string' ? undefined : 'a single text, in quotes if it has commas'
const anything: ValueCheck = () => undefined
// Options that DVC declares with a type no text can have.
const never: ValueCheck = () => 'left out, because DVC accepts no value for it'
const bool: ValueCheck = (value) => (isWord(value, ['true', 'false']) ? undefined : 'true or false')
const whole: ValueCheck = (value) => (isWhole(value) ? undefined : 'a whole number')
const fraction: ValueCheck = (value) => (isNumber(value) ? undefined : 'a number')
const positive: ValueCheck = (value) => atLeast(1, value)
const percent: ValueCheck = (value) => atLeast(0, value) ?? (Number(plain(value)) > 100 ? 'at most 100' : undefined)
const seconds: ValueCheck = (value) =>
  isNumber(value) && !(Number(plain(value)) < 0) ? undefined : 'a number of at least 0'

function oneOf(...words: readonly string[]): ValueCheck {
  return (value) => (isWord(value, words) ? undefined : `one of ${words.join(', ')}`)
}

const linkTypes: ValueCheck = (value) => {
  const types = typeof value === 'string' ? value.split(',').map((type) => type.trim()) : value
  const isKnown = Array.isArray(types) && types.every((type) => /^(reflink|hardlink|symlink|copy)$/.test(type))
  return isKnown ? undefined : 'a list of reflink, hardlink, symlink, copy'
}

const local: SectionSchema = {
  type: linkTypes,
  protected: bool,
  shared: oneOf('group'),
  slow_link_warning: bool,
  verify: bool,
}

const anyRemote: SectionSchema = {
  url: text,
  checksum_jobs: positive,
  jobs: positive,
  worktree: bool,
  no_traverse: bool,
  version_aware: bool,
}

const http: SectionSchema = {
  ...anyRemote,
  auth: oneOf('basic', 'digest', 'custom'),
  ask_password: bool,
  connect_timeout: seconds,
  read_timeout: seconds,
  verify: bool,
  ...texts('custom_auth_header', 'user', 'password', 'ssl_verify', 'method'),
}

const webdav: SectionSchema = {
  ...anyRemote,
  ask_password: bool,
  timeout: whole,
  verify: bool,
  ...texts(
    'user',
    'password',
    'token',
    'bearer_token_command',
    'custom_auth_header',
    'cert_path',
    'key_path',
    'ssl_verify',
  ),
}

/** Options of a remote by the scheme of its URL; the empty scheme is a local path. `any` accepts every option. DVC:
 * `config_schema.py::REMOTE_SCHEMAS`. */
export const remoteSchemas: ReadonlyMap<string, SectionSchema | 'any'> = new Map<string, SectionSchema | 'any'>([
  ['', { ...local, ...anyRemote }],
  [
    's3',
    {
      ...anyRemote,
      ...texts(
        'region',
        'profile',
        'credentialpath',
        'configpath',
        'endpointurl',
        'access_key_id',
        'secret_access_key',
      ),
      ...texts(
        'session_token',
        'ssl_verify',
        'sse',
        'sse_kms_key_id',
        'sse_customer_algorithm',
        'sse_customer_key',
        'acl',
      ),
      ...texts('grant_read', 'grant_read_acp', 'grant_write_acp', 'grant_full_control'),
      ...bools('listobjects', 'use_ssl', 'allow_anonymous_login', 'verify'),
      cache_regions: never,
      read_timeout: whole,
      connect_timeout: whole,
    },
  ],
  [
    'gs',
    {
      ...anyRemote,
      ...texts('projectname', 'credentialpath', 'endpointurl'),
      ...bools('verify', 'allow_anonymous_login'),
    },
  ],
  [
    'ssh',
    {
      ...anyRemote,
      ...texts('user', 'password', 'passphrase', 'keyfile'),
      ...bools('ask_password', 'ask_passphrase', 'gss_auth', 'allow_agent', 'verify'),
      type: linkTypes,
      port: whole,
      timeout: whole,
      max_sessions: whole,
    },
  ],
  ['hdfs', { ...anyRemote, ...texts('user', 'kerb_ticket'), replication: never }],
  [
    'webhdfs',
    {
      ...anyRemote,
      ...texts('kerberos_principal', 'proxy_to', 'ssl_verify', 'token', 'user', 'password', 'data_proxy_target'),
      ...bools('kerberos', 'use_https', 'verify'),
    },
  ],
  [
    'azure',
    {
      ...anyRemote,
      ...texts(
        'connection_string',
        'sas_token',
        'account_name',
        'account_key',
        'tenant_id',
        'client_id',
        'client_secret',
      ),
      ...bools('allow_anonymous_login', 'exclude_environment_credential', 'exclude_visual_studio_code_credential'),
      ...bools('exclude_shared_token_cache_credential', 'exclude_managed_identity_credential', 'verify'),
      timeout: whole,
      read_timeout: whole,
      connection_timeout: whole,
    },
  ],
  ['oss', { ...anyRemote, ...texts('oss_key_id', 'oss_key_secret', 'oss_endpoint'), verify: bool }],
  [
    'gdrive',
    {
      ...anyRemote,
      ...texts('profile', 'gdrive_client_id', 'gdrive_client_secret', 'gdrive_user_credentials_file'),
      ...texts('gdrive_service_account_user_email', 'gdrive_service_account_json_file_path'),
      ...bools('gdrive_use_service_account', 'gdrive_trash_only', 'gdrive_acknowledge_abuse', 'verify'),
    },
  ],
  ['http', http],
  ['https', http],
  ['webdav', webdav],
  ['webdavs', webdav],
  ['remote', 'any'],
])

/** Sections with fixed names. DVC: `config_schema.py::SCHEMA`. */
export const sectionSchemas: Readonly<Record<string, SectionSchema>> = {
  core: {
    remote: anything,
    machine: anything,
    checksum_jobs: positive,
    site_cache_dir: text,
    ...bools('interactive', 'analytics', 'hardlink_lock', 'no_scm', 'autostage', 'experiments', 'check_update'),
  },
  cache: { ...local, ...texts('dir', 'local', 's3', 'gs', 'hdfs', 'webhdfs', 'ssh', 'azure') },
  state: { dir: text, row_limit: positive, row_cleanup_quota: percent },
  index: { dir: text },
  feature: { machine: bool },
  plots: { ...texts('html_template', 'out_dir'), auto_open: bool },
  exp: { ...texts('code', 'data', 'models', 'metrics', 'params', 'plots', 'live', 'git_remote'), auto_push: bool },
  parsing: { bool: oneOf('store_true', 'boolean_optional'), list: oneOf('nargs', 'append') },
  hydra: { ...texts('config_dir', 'config_module', 'config_name', 'plugins_path'), enabled: bool },
  studio: { ...texts('token', 'url', 'repo_url'), offline: bool },
}

/** Sections of a kind that the user names: `machine "n"`, `db "n"`. */
export const namedSchemas: Readonly<Record<string, SectionSchema>> = {
  machine: {
    cloud: oneOf('aws', 'azure'),
    region: oneOf('us-west', 'us-east', 'eu-west', 'eu-north'),
    spot: bool,
    spot_price: fraction,
    instance_hdd_size: whole,
    instance_type: anything,
    instance_gpu: anything,
    ...texts('image', 'ssh_private', 'startup_script', 'setup_script'),
  },
  db: texts('url', 'username', 'password'),
}

function texts(...names: readonly string[]): SectionSchema {
  return Object.fromEntries(names.map((name) => [name, text]))
}

function bools(...names: readonly string[]): SectionSchema {
  return Object.fromEntries(names.map((name) => [name, bool]))
}

function isWord(value: ConfigValue, words: readonly string[]): boolean {
  return typeof value === 'string' && words.includes(value.toLowerCase())
}

// The texts that Python's `int` and `float` accept.
function isWhole(value: ConfigValue): boolean {
  return typeof value === 'string' && /^\s*[+-]?\d+(?:_\d+)*\s*$/.test(value)
}

function isNumber(value: ConfigValue): boolean {
  const digits = '\\d+(?:_\\d+)*'
  const number = new RegExp(
    `^\\s*[+-]?(?:(?:${digits}\\.?(?:${digits})?|\\.${digits})(?:e[+-]?${digits})?|inf|infinity|nan)\\s*$`,
    'i',
  )
  return typeof value === 'string' && number.test(value)
}

function plain(value: ConfigValue): string {
  return typeof value === 'string' ? value.replaceAll('_', '') : ''
}

function atLeast(least: number, value: ConfigValue): string | undefined {
  return isWhole(value) && Number(plain(value)) >= least ? undefined : `a whole number of at least ${least}`
}
