import { type DirectiveLine, isNone, onlyWord } from './directives.js';
import { InvalidValue } from './error.js';
import { parseFlag } from './values.js';

/** Does the absence of this directive change what the user gets? Throws where ssh refuses the value. */
type Matters = (line: DirectiveLine, system: boolean) => boolean;

const always: Matters = ({ words }) => !words.some(isNone);
const never: Matters = () => false;
const flag: Matters = (line) => {
  parseFlag(onlyWord(line));
  return false;
};
const flagSet: Matters = (line) => parseFlag(onlyWord(line));
const notNo: Matters = (line) => !['no', 'false'].includes(onlyWord(line).toLowerCase());
/** Debian's own system file switches these on for everybody: no news to anyone. */
const flagSetByUser: Matters = (line, system) => flagSet(line, system) && !system;

/** Directives that `ssh` knows and we do not honour. Source: ssh_config(5) of OpenSSH 9.2 to 10.2. */
const KNOWN: Readonly<Record<string, Matters>> = {
  ...each(always, 'bindaddress bindinterface casignaturealgorithms ciphers'),
  ...each(always, 'dynamicforward hostkeyalgorithms kexalgorithms knownhostscommand localforward macs'),
  ...each(always, 'pkcs11provider pubkeyacceptedalgorithms pubkeyacceptedkeytypes'),
  ...each(always, 'remotecommand remoteforward requiredrsasize revokedhostkeys smartcarddevice'),
  ...each(flagSet, 'hostbasedauthentication nohostauthenticationforlocalhost permitlocalcommand'),
  ...each(flagSet, 'proxyusefdpass refuseconnection'),
  ...each(flagSetByUser, 'gssapiauthentication gssapikeyexchange'),
  ...each(notNo, 'canonicalizehostname forwardagent tunnel verifyhostkeydns'),
  sessiontype: (line) => onlyWord(line).toLowerCase() !== 'default',
  tcpkeepalive: flag,
  keepalive: flag,
  checkhostip: flag,
  ...each(
    flag,
    'canonicalizefallbacklocal clearallforwardings compression enableescapecommandline enablesshkeysign',
  ),
  ...each(flag, 'exitonforwardfailure forkafterauthentication'),
  ...each(flag, 'forwardx11 forwardx11trusted gatewayports gssapidelegatecredentials gssapitrustdns'),
  ...each(flag, 'gssapirenewalforcesrekey stdinnull'),
  ...each(flag, 'streamlocalbindunlink visualhostkey'),
  ...each(never, 'addkeystoagent canonicaldomains canonicalizemaxdots canonicalizepermittedcnames'),
  ...each(never, 'channeltimeout connectionattempts controlmaster controlpath controlpersist escapechar'),
  ...each(never, 'fingerprinthash forwardx11timeout gssapiclientidentity gssapikexalgorithms'),
  ...each(never, 'gssapiserveridentity hostbasedacceptedalgorithms hostbasedkeytypes ignoreunknown ipqos'),
  ...each(never, 'kbdinteractivedevices localcommand loglevel logverbose'),
  ...each(never, 'obscurekeystroketiming permitremoteopen rekeylimit requesttty securitykeyprovider'),
  ...each(never, 'streamlocalbindmask syslogfacility tunneldevice updatehostkeys versionaddendum'),
  ...each(never, 'warnweakcrypto xauthlocation'),
};

/** Names that ssh takes with a warning, whatever follows; the last one is from Apple's own ssh. */
const OBSOLETE = new Set(
  (
    'afstokenpassing cipher compressionlevel dsaauthentication fallbacktorsh globalknownhostsfile2 ' +
    'kerberosauthentication kerberostgtpassing protocol rhostsauthentication ' +
    'rhostsrsaauthentication rsaauthentication skeyauthentication ' +
    'tisauthentication useblacklistedkeys useprivilegedport useroaming userknownhostsfile2 usersh usekeychain'
  ).split(' '),
);

function each(matters: Matters, keywords: string): Record<string, Matters> {
  return Object.fromEntries(keywords.split(' ').map((keyword) => [keyword, matters]));
}

/** `unknown` is what ssh refuses unless `IgnoreUnknown` names it. */
export function classifyUnhonoured(
  keyword: string,
  line: DirectiveLine,
  system: boolean,
): 'unknown' | 'harmless' | 'matters' {
  if (OBSOLETE.has(keyword)) return 'harmless';
  const matters = Object.hasOwn(KNOWN, keyword) ? KNOWN[keyword] : undefined;
  if (matters === undefined) return 'unknown';
  if (line.words.length === 0) throw new InvalidValue(`no argument after keyword "${keyword}"`);
  return matters(line, system) ? 'matters' : 'harmless';
}
