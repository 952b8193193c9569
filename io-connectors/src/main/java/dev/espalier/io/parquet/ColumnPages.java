package dev.espalier.io.parquet;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.zip.CRC32;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Util;

/** The pages of one column in one row group. They are decompressed when they are read. */
final class ColumnPages implements PageReader {
  /** A page is held in memory uncompressed. */
  static final int MAX_PAGE_BYTES = 512 << 20;

  private final ColumnDescriptor column;
  private final PageCodec codec;
  private final byte[] chunk;
  private final long values;
  private final ColumnStructure structure;
  private final Deque<Page> dataPages = new ArrayDeque<>();
  private Page dictionary;

  /** A page's header, and where its bytes are in the chunk. */
  private record Page(PageHeader header, int offset) {}

  /**
   * Looks at all page headers.
   *
   * @param chunk all bytes of the column in the row group
   * @param values how many there are, nulls included
   * @param structure takes the levels of all pages that are read
   */
  ColumnPages(
      ColumnDescriptor column,
      PageCodec codec,
      byte[] chunk,
      long values,
      ColumnStructure structure)
      throws DamagedException {
    this.column = column;
    this.codec = codec;
    this.chunk = chunk;
    this.values = values;
    this.structure = structure;
    long found = 0;
    int next = 0;
    while (found < values) {
      int start = CompactProtocol.endOfStruct(chunk, next, chunk.length);
      PageHeader header = header(next, start);
      checkSizes(header, chunk.length - start);
      found += add(new Page(header, start));
      next = start + header.getCompressed_page_size();
    }
    if (found != values) {
      throw new DamagedException(
          "its pages hold %s values where the footer says %s".formatted(found, values));
    }
  }

  private PageHeader header(int start, int end) throws DamagedException {
    try {
      return Util.readPageHeader(new ByteArrayInputStream(chunk, start, end - start));
    } catch (IOException | RuntimeException e) {
      throw new DamagedException("a page header cannot be read", e);
    }
  }

  private static void checkSizes(PageHeader header, int available) throws DamagedException {
    int compressed = header.getCompressed_page_size();
    int uncompressed = header.getUncompressed_page_size();
    if (compressed < 0 || compressed > available) {
      throw new DamagedException(
          "a page of %s bytes does not fit into the %s of its column"
              .formatted(compressed, available));
    }
    if (uncompressed < 0 || uncompressed > MAX_PAGE_BYTES) {
      throw new DamagedException(
          "a page of %s bytes uncompressed, where %s are the most"
              .formatted(uncompressed, MAX_PAGE_BYTES));
    }
  }

  /** Returns how many values the page adds. */
  private int add(Page page) throws DamagedException {
    PageHeader header = page.header;
    PageType type = header.getType();
    if (type == PageType.DICTIONARY_PAGE) {
      if (!header.isSetDictionary_page_header() || dictionary != null || !dataPages.isEmpty()) {
        throw new DamagedException("a dictionary is out of place");
      }
      int size = header.getDictionary_page_header().getNum_values();
      if (size < 0 || size > header.getUncompressed_page_size()) { // each takes a byte at least
        throw new DamagedException("a dictionary of " + size + " values does not fit its page");
      }
      dictionary = page;
      return 0;
    }
    int count;
    if (type == PageType.DATA_PAGE && header.isSetData_page_header()) {
      count = header.getData_page_header().getNum_values();
    } else if (type == PageType.DATA_PAGE_V2 && header.isSetData_page_header_v2()) {
      count = header.getData_page_header_v2().getNum_values();
    } else {
      return 0; // an index, or what a later version of the format adds
    }
    if (count < 0) {
      throw new DamagedException("a page of " + count + " values");
    }
    if (count > 0) {
      dataPages.add(page);
    }
    return count;
  }

  @Override
  public long getTotalValueCount() {
    return values;
  }

  /** What the levels of the pages say that were read so far. */
  ColumnStructure structure() {
    return structure;
  }

  @Override
  public DictionaryPage readDictionaryPage() {
    if (dictionary == null) {
      return null;
    }
    try {
      checkChecksum(dictionary);
      int length = dictionary.header.getCompressed_page_size();
      int size = dictionary.header.getDictionary_page_header().getNum_values();
      byte[] page =
          codec.decompress(
              chunk, dictionary.offset, length, dictionary.header.getUncompressed_page_size());
      // Either name of a dictionary's encoding means plain values.
      return new DictionaryPage(BytesInput.from(page), size, Encoding.PLAIN);
    } catch (DamagedException e) {
      throw new DamagedColumnException(column, e);
    }
  }

  @Override
  public DataPage readPage() {
    Page page = dataPages.poll();
    if (page == null) {
      return null;
    }
    try {
      checkChecksum(page);
      return page.header.getType() == PageType.DATA_PAGE ? version1(page) : version2(page);
    } catch (DamagedException e) {
      throw new DamagedColumnException(column, e);
    }
  }

  private DataPage version1(Page page) throws DamagedException {
    DataPageHeader header = page.header.getData_page_header();
    int size = page.header.getUncompressed_page_size();
    byte[] bytes =
        codec.decompress(chunk, page.offset, page.header.getCompressed_page_size(), size);
    Encoding repetition = encoding(header.getRepetition_level_encoding());
    Encoding definition = encoding(header.getDefinition_level_encoding());
    Encoding encoding = encoding(header.getEncoding());
    int count = header.getNum_values();
    EncodedValues.check(column, bytes, count, repetition, definition, encoding, structure);
    return new DataPageV1(
        BytesInput.from(bytes), count, size, null, repetition, definition, encoding);
  }

  private DataPage version2(Page page) throws DamagedException {
    DataPageHeaderV2 header = page.header.getData_page_header_v2();
    int count = header.getNum_values();
    int repetitionBytes = header.getRepetition_levels_byte_length();
    int definitionBytes = header.getDefinition_levels_byte_length();
    int length = page.header.getCompressed_page_size();
    int uncompressed = page.header.getUncompressed_page_size();
    long levels = (long) repetitionBytes + definitionBytes;
    if (repetitionBytes < 0 || definitionBytes < 0 || levels > length || levels > uncompressed) {
      throw new DamagedException("levels of " + levels + " bytes do not fit into their page");
    }
    int data = page.offset + (int) levels;
    byte[] repetition = Arrays.copyOfRange(chunk, page.offset, page.offset + repetitionBytes);
    byte[] definition = Arrays.copyOfRange(chunk, page.offset + repetitionBytes, data);
    boolean compressed = !header.isSetIs_compressed() || header.isIs_compressed();
    int dataBytes = length - (int) levels;
    byte[] bytes =
        compressed
            ? codec.decompress(chunk, data, dataBytes, uncompressed - (int) levels)
            : Arrays.copyOfRange(chunk, data, data + dataBytes);
    Encoding encoding = encoding(header.getEncoding());
    int present =
        structure.add(
            count,
            EncodedValues.levels(column, repetition, column.getMaxRepetitionLevel(), count),
            EncodedValues.levels(column, definition, column.getMaxDefinitionLevel(), count));
    EncodedValues.checkValues(column, bytes, present, encoding);
    return DataPageV2.uncompressed(
        header.getNum_rows(),
        header.getNum_nulls(),
        count,
        BytesInput.from(repetition),
        BytesInput.from(definition),
        encoding,
        BytesInput.from(bytes),
        null);
  }

  private static Encoding encoding(org.apache.parquet.format.Encoding encoding)
      throws DamagedException {
    if (encoding == null) {
      throw new DamagedException("a page has an encoding that is not known");
    }
    return Encoding.valueOf(encoding.name());
  }

  private void checkChecksum(Page page) throws DamagedException {
    if (!page.header.isSetCrc()) {
      return;
    }
    CRC32 crc = new CRC32();
    crc.update(chunk, page.offset, page.header.getCompressed_page_size());
    if ((int) crc.getValue() != page.header.getCrc()) {
      throw new DamagedException("the checksum of a page differs");
    }
  }
}
