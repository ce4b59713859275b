"""Sentences about the doors: certificates, and clients that speak another protocol."""

DOORS = {
    "caller.http": "spoke plain http: this server speaks https, so the address begins with https://",
    "caller.no_trust": "does not trust this server's certificate: give the client the file of tls_cert as its CA",
    "http.only_tls": "This port speaks https, and the request came in plain http.",
    "http.use_https": "Begin the address with https://.",
    "tls.both": "{given} is set and {missing} is not: https needs both.",
    "tls.set_both": "Set {missing} too, or neither.",
    "tls.unreadable": "The file of {name}, {path}, cannot be read ({why}).",
    "tls.readable": "It must be there, and readable by the user that runs the server.",
    "tls.no_pem": "The file of {name}, {path}, holds nothing of the kind.",
    "tls.as_pem": "Both files must be PEM: the certificate with its chain, and its private key.",
    "tls.passphrase": "The key in {path} has a passphrase, which nobody is here to type.",
    "tls.no_passphrase": "Write it without one (`openssl pkey -in KEY -out PLAIN`), readable by you alone.",
    "tls.other_key": "The key in {key} is not that of the certificate in {chain}.",
    "tls.same_pair": "Both must come from one request; renewing writes both files anew.",
    "tls.unusable": "The certificate in {chain} with the key in {key} cannot be used: {why}.",
    "tls.expired": "The certificate in {path} is over: clients will refuse it. A new one is served at once.",
    "tls.not_yet": "The certificate in {path} is not valid yet: clients will refuse it, or the clock is wrong.",
    "tls.renewed": "The certificate has changed: new connections get the new one.",
    "tls.not_renewed": "The files of the certificate have changed and the old one is served on. {said}",
}
