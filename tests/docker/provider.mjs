import {Provider} from '../support/provider.mjs';
import {say} from '../support/replies.mjs';

/** A fake provider for a proxy in a container: prints its port, answers every request, ends with its stdin. */
const provider = await Provider.start({key: 'sk-quoted'});
provider.script(() => say('from the provider'));
console.log(provider.port);
process.stdin.resume().on('end', () => process.exit(provider.refusals.length));
