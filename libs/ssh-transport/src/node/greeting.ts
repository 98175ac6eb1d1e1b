/** What one look at a node tells; it decides how commands are started there. */
export interface Greeting {
  /** As `uname -s` and `uname -m` say. */
  kernel: string;
  machine: string;
  home: string;
  loginShell: string;
  cores?: number;
  shell: 'bash' | 'sh';
  posixLogin: boolean;
  group: 'given' | 'setsid' | 'perl';
  /** Where the captured environment lies on the node. */
  environmentFile: string;
  /**
   * `kept`: the file is younger than a day and than the start-up files of the login shell. `none`: within the last hour
   * the login shell told nothing. `unknown`: it has to be asked.
   */
  environment: 'kept' | 'none' | 'unknown';
}
