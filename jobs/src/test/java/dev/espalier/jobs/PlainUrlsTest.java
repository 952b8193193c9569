package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlainUrlsTest {

  @Test
  void usersAndQueriesGo() {
    assertThat(PlainUrls.in("s3a://KEY:SECRET@bucket/a/b.parquet: no such file"))
        .isEqualTo("s3a://bucket/a/b.parquet: no such file");
    assertThat(PlainUrls.in("read https://user@host:81/p?sig=SECRET&x=1, then"))
        .isEqualTo("read https://host:81/p?…, then");
    assertThat(PlainUrls.in("a hdfs://u:p@w@nn:8020/x and b hdfs://v:q@nn/y"))
        .isEqualTo("a hdfs://nn:8020/x and b hdfs://nn/y");
    assertThat(PlainUrls.in("--set input.path='s3a://K:S@b/x'"))
        .isEqualTo("--set input.path='s3a://b/x'");
  }

  @Test
  void whatIsNoSecretStays() {
    assertThat(PlainUrls.in("abfss://container@account.dfs.core.windows.net/x"))
        .isEqualTo("abfss://container@account.dfs.core.windows.net/x");
    assertThat(PlainUrls.in("abfss://container:key@account/x"))
        .isEqualTo("abfss://container@account/x");
    for (String text :
        new String[] {
          "/local/path@2x/part-?.parquet",
          "hdfs://nn/rows/part-?.parquet",
          "mail a@b.c, is it 3://4?",
          "s3a://bucket/user@example.com/x",
          "file:///tmp/a b"
        }) {
      assertThat(PlainUrls.in(text)).isEqualTo(text);
    }
  }
}
