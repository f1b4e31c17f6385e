#!/bin/sh
# Amazon::S3, the client for Perl that Debian 12 has, and listings of several pages by ListObjectsV2.
#
# One would expect list_all_v2, which is offered beside list_all, to hand each page's NextContinuationToken back as
# continuation-token.
#
# Amazon::S3 0.60 adds list-type=2 and goes on as with the old listing: it sends the token as marker, which ListObjectsV2 does not have.
# S3 ignores it and answers the first page again, whose keys the client adds to the others before it asks once more. A bucket of more
# keys than a page holds is never listed to its end. list_all is right.
#
# What follows: list_all.
#
# Printed (the stand-in for S3 says at the third request that this was all):
#   Amazon::S3 0.60
#   list_all_v2: list-type=2 | list-type=2&marker=token-of-b | list-type=2&marker=token-of-b
#   and has the keys a b a b a b
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
needed=$(apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances \
  libamazon-s3-perl=0.60-1 | grep -x 'lib[a-z0-9-]*-perl' | grep -vx libamazon-s3-perl | sort -u)
for package in libamazon-s3-perl=0.60-1 $needed; do apt-get download -qq "$package" >/dev/null 2>&1 || [ "$package" != libamazon-s3-perl=0.60-1 ]; done
for file in *.deb; do dpkg -x "$file" installed; done
PERL5LIB=$(ls -d "$folder"/installed/usr/share/perl5 "$folder"/installed/usr/lib/*/perl5/* | tr '\n' ':')
export PERL5LIB
cat >finding.pl <<'PERL'
use strict; use warnings;
use Amazon::S3;
use IO::Socket::INET;

my $listening = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 5) or die;
pipe my $told, my $tell;
my $child = fork;
if (!$child) {
  my $pages = 0;
  while (my $socket = $listening->accept) {
    while (defined(my $line = <$socket>) and $pages < 3) {
      my ($query) = $line =~ m{^GET \S*?\?(\S*)};
      while (defined($line = <$socket>) and $line =~ /\S/) { }
      syswrite $tell, join('&', sort split /&/, $query) . "\n";
      my $more = ++$pages < 3 ? 'true' : 'false';
      my $objects = join '', map { "<Contents><Key>$_</Key><LastModified>2024-01-02T03:04:05.000Z</LastModified><ETag>&quot;e&quot;</ETag>"
        . "<Size>1</Size><StorageClass>STANDARD</StorageClass></Contents>" } 'a', 'b';
      my $body = '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>photos</Name><Prefix></Prefix>'
        . "<MaxKeys>2</MaxKeys><KeyCount>2</KeyCount><IsTruncated>$more</IsTruncated>"
        . ($more eq 'true' ? '<NextContinuationToken>token-of-b</NextContinuationToken>' : '') . "$objects</ListBucketResult>";
      print $socket "HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nConnection: close\r\nContent-Length: "
        . length($body) . "\r\n\r\n$body";
      last;
    }
  }
  exit;
}
close $tell;
my $client = Amazon::S3->new({
  aws_access_key_id => 'AKIDEXAMPLE', aws_secret_access_key => 'secret', region => 'us-east-1',
  host => '127.0.0.1:' . $listening->sockport, secure => 0, dns_bucket_names => 0,
});
print "Amazon::S3 $Amazon::S3::VERSION\n";
my $all = $client->bucket('photos')->list_all_v2;
kill 'TERM', $child;
my @asked = <$told>;
chomp @asked;
print 'list_all_v2: ', join(' | ', @asked), "\n";
print 'and has the keys ', join(' ', map { $_->{key} } @{ $all->{keys} }), "\n";
PERL
seen=$(timeout 60 perl finding.pl 2>/dev/null)
echo "$seen"
[ "$seen" = 'Amazon::S3 0.60
list_all_v2: list-type=2 | list-type=2&marker=token-of-b | list-type=2&marker=token-of-b
and has the keys a b a b a b' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }
