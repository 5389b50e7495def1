"""Ways to write, or to hide, an address that nothing may be sent to."""

from __future__ import annotations

FORMS = """
http://127.0.0.1/ http://127.0.0.1:8000/ http://127.1/ http://127.0.1/ http://0/ http://0.0.0.0/ http://127.255.255.254/
http://2130706433/ http://017700000001/ http://0x7f000001/ http://0x7f.0x0.0x0.0x1/ http://0177.0.0.1/ http://0177.0.0.01/
http://127.0.0.1./ http://127.000.000.001/ http://00000177.0.0.1/ http://0x7f.1/ http://4294967297/ http://256.256.256.256/
http://10.0.0.1/ http://172.16.0.1/ http://172.31.255.255/ http://192.168.1.1/ http://100.64.0.1/ http://100.100.100.200/
http://169.254.169.254/latest/meta-data/ http://2852039166/ http://0xa9fea9fe/ http://0251.0376.0251.0376/ http://169.254.43518/
http://168.63.129.16/ http://192.0.0.192/ http://198.18.0.1/ http://192.88.99.1/ http://224.0.0.1/ http://255.255.255.255/
http://240.0.0.1/ http://192.0.2.1/ http://198.51.100.1/ http://203.0.113.1/
http://[::1]/ http://[::]/ http://[0:0:0:0:0:0:0:1]/ http://[::ffff:127.0.0.1]/ http://[::ffff:7f00:1]/ http://[::127.0.0.1]/
http://[::ffff:0:127.0.0.1]/ http://[64:ff9b::127.0.0.1]/ http://[64:ff9b::a9fe:a9fe]/ http://[64:ff9b:1::1]/
http://[2002:7f00:1::]/ http://[2002:a9fe:a9fe::]/ http://[2001::1]/ http://[2001:0:7f00:1::]/ http://[2001:db8::1]/
http://[2606:4700::5efe:127.0.0.1]/ http://[2606:4700::200:5efe:10.0.0.1]/ http://[3fff::1]/ http://[5f00::1]/
http://[fc00::1]/ http://[fd00:ec2::254]/ http://[fe80::1]/ http://[fe80::1%25eth0]/ http://[fec0::1]/ http://[ff02::1]/
http://[100::1]/ http://[v1.fe80::1]/ http://[::1/ http://::1/
http://localhost/ http://LOCALHOST/ http://localhost./ http://metadata.google.internal/ http://inner.example/ http://six.example/
http://mapped.example/ http://both.example/ http://127.0.0.1.nip.example/ http://nowhere.example/
http://public.example@127.0.0.1/ http://127.0.0.1@public.example/ http://user:word@public.example/ http://public.example:80@127.0.0.1/
http://127.0.0.1\\@public.example/ http://public.example\\@127.0.0.1/ http://public.example#@127.0.0.1/ http://@127.0.0.1/
http://①②⑦.⓪.⓪.①/ http://127。0。0。1/ http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/ http://１２７.0.0.1/ http://loc\u00adalhost/ http://127.0.0.1%2f@public.example/
http://127.0.0.1\t/ http://127.0.0.1\u0000.public.example/ http://%31%32%37.0.0.1/ http:///127.0.0.1/ http:127.0.0.1/ //127.0.0.1/
http://127.0.0.1:0/ http://public.example:22/ http://public.example:25/ http://public.example:99999/ http://public.example:-1/
ftp://public.example/ file:///etc/passwd gopher://127.0.0.1:6379/_INFO unix:///run/docker.sock data:,x javascript:0 http:// https://
http://public..example/ http://.public.example/ http://-public.example/
""".replace("\\t", "\t").split(" ")
FORMS = [form for chunk in FORMS for form in chunk.split("\n") if form]
