// Drives verifiers that no one here wrote, and prints what they say of each item, one JSON line each.
//
// Standard input: {"base", "now"?, "items": [{"name", "form": "embedded" | "jwt", "body"}]}
// embedded: @digitalbazaar/vc with eddsa-jcs-2022 and its bitstring status list package; jwt: jose with the key of the
// DID document. Only `base` is ever asked over the network; contexts come from npm packages, by address.
import {webcrypto} from 'node:crypto';
import {text} from 'node:stream/consumers';
import * as vc from '@digitalbazaar/vc';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {createVerifyCryptosuite} from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import * as credentials from '@digitalbazaar/credentials-context';
import * as dataIntegrity from '@digitalbazaar/data-integrity-context';
import * as multikey from '@digitalbazaar/multikey-context';
import * as status from '@digitalbazaar/vc-bitstring-status-list-context';
import * as jose from 'jose';

globalThis.crypto ??= webcrypto; // Debian 12's Node 18 keeps it in its module

const given = JSON.parse(await text(process.stdin));
const base = given.base;
const now = given.now ? new Date(given.now) : new Date();

const shipped = new Map();
for(const source of [credentials, dataIntegrity, multikey, status]) {
  for(const [address, context] of (source.contexts ?? source.default?.contexts ?? [])) {
    shipped.set(address, context);
  }
}
const UNTP = 'https://test.uncefact.org/vocabulary/untp/dcc/0.6.1/';
// Its repository is under another licence and nothing here reads terms: eddsa-jcs-2022 signs the bytes of the JSON.
shipped.set(UNTP, {'@context': {}});

function didWeb(base) {
  const {host, pathname} = new URL(base);
  return ['did:web', host.replace(':', '%3A'), ...pathname.split('/').filter(Boolean)].join(':');
}

async function ask(address, accept) {
  const answer = await fetch(address, {headers: {accept}});
  if(!answer.ok) {
    throw new Error(`${address}: ${answer.status}`);
  }
  return answer;
}

let did;
async function didDocument() {
  const path = new URL(base).pathname.replace(/\/$/, '');
  did ??= await (await ask(`${base}${path ? '' : '/.well-known'}/did.json`, 'application/json')).json();
  return did;
}

async function documentLoader(address) {
  const found = document => ({contextUrl: null, documentUrl: address, document});
  if(shipped.has(address)) {
    return found(shipped.get(address));
  }
  if(address.split('#')[0] === didWeb(base)) {
    const whole = await didDocument();
    const method = whole.verificationMethod.find(one => one.id === address);
    return found(address.includes('#') ? {'@context': 'https://w3id.org/security/multikey/v1', ...method} : whole);
  }
  if(address.startsWith(`${base}/status/`)) {
    return found(await (await ask(address, 'application/vc')).json());
  }
  throw new Error(`not served here: ${address}`);
}

async function embedded(body) {
  const suite = new DataIntegrityProof({cryptosuite: createVerifyCryptosuite()});
  const said = await vc.verifyCredential({
    credential: body, suite, documentLoader, now,
    checkStatus: options => checkStatus({...options, suite, verifyBitstringStatusListCredential: true})
  });
  // Its status package says what each bit is and leaves the meaning to the caller.
  const set = (said.statusResult?.results ?? []).filter(one => one.status).map(one => one.credentialStatus.statusPurpose);
  return {verified: said.verified === true && set.length === 0, why: reasons(said), set};
}

function reasons(said) {
  const errors = [said.error, said.statusResult?.error, ...(said.error?.errors ?? [])].filter(Boolean);
  return errors.map(error => `${error.name}: ${error.message}`).join('; ');
}

async function jwt(body) {
  const whole = await didDocument();
  const {kid} = jose.decodeProtectedHeader(body);
  const method = whole.verificationMethod.find(one => one.id === kid);
  if(!method) {
    return {verified: false, why: `no such key: ${kid}`};
  }
  const found = (await (await ask(`${base}${new URL(base).pathname === '/' ? '/.well-known' : ''}/jwks.json`,
    'application/json')).json()).keys.find(one => kid.endsWith(`#${one.kid}`) || kid === one.kid);
  const key = await jose.importJWK(found, 'EdDSA');
  const {protectedHeader} = await jose.compactVerify(body, key, {algorithms: ['EdDSA']});
  return {verified: protectedHeader.typ === 'vc+jwt', why: ''};
}

for(const item of given.items) {
  let said;
  try {
    said = await (item.form === 'embedded' ? embedded : jwt)(item.body);
  } catch(error) {
    said = {verified: false, why: `${error.name}: ${error.message}`};
  }
  console.log(JSON.stringify({name: item.name, ...said}));
}
